/** Google's Gemini API, as Gemini CLI speaks it. */
import { type Answer, type ModelApi, sendEvents, sendJson, withoutReminders } from './modelApi.ts';

interface GeminiRequest {
  contents: readonly { role?: string; parts?: readonly { text?: string }[] }[];
  tools?: readonly { functionDeclarations?: readonly { name: string }[] }[];
}

export const geminiApi: ModelApi = {
  serves: (route) => /:(generateContent|streamGenerateContent)$/.test(route),
  read: (body) => {
    const { contents, tools = [] } = body as GeminiRequest;
    return {
      said: contents.map(({ parts = [] }) => parts.map(({ text = '' }) => withoutReminders(text)).filter((text) => text !== '' && !text.startsWith('<session_context>')).join('\n')).filter((text) => text !== ''),
      tools: tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name)),
    };
  },
  answer: (_, answer, response, route) => {
    const said = {
      candidates: [{ content: { role: 'model', parts: partsOf(answer) }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
    };
    if (route.endsWith(':streamGenerateContent')) {
      sendEvents(response, [said]);
    } else {
      sendJson(response, 200, said);
    }
  },
};

function partsOf(answer: Answer): object[] {
  return typeof answer === 'string' ? [{ text: answer }] : answer.map(({ name, input }) => ({ functionCall: { name, args: input } }));
}
