/** OpenAI's Responses API, as Codex speaks it. */
import { type Answer, type ModelApi, newId, sendEvents, sendJson, withoutReminders } from './modelApi.ts';

interface InputItem {
  type?: string;
  role?: string;
  content?: string | readonly { text?: string }[];
}

interface ResponsesRequest {
  model: string;
  stream?: boolean;
  tools?: readonly { name?: string; type: string }[];
  input: string | readonly InputItem[];
}

export const responsesApi: ModelApi = {
  serves: (route) => route.endsWith('/responses'),
  read: (body) => {
    const { input, tools = [] } = body as ResponsesRequest;
    const items: readonly InputItem[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
    return {
      said: items.filter(({ role }) => role === 'user' || role === 'assistant').map(textOf).filter((text) => text !== ''),
      tools: tools.map(({ name, type }) => name ?? type),
    };
  },
  answer: (body, answer, response) => {
    const { model, stream } = body as ResponsesRequest;
    const begun = { id: newId('resp'), object: 'response', created_at: Math.floor(Date.now() / 1000), model, status: 'in_progress', output: [] };
    const output = outputOf(answer);
    const usage = { input_tokens: 100, input_tokens_details: { cached_tokens: 0 }, output_tokens: 20, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 120 };
    const completed = { ...begun, status: 'completed', output, usage };
    if (stream !== true) {
      sendJson(response, 200, completed);
      return;
    }
    const items = output.flatMap((item, index) => [
      { type: 'response.output_item.added', output_index: index, item },
      { type: 'response.output_item.done', output_index: index, item },
    ]);
    const events = [{ type: 'response.created', response: begun }, ...items, { type: 'response.completed', response: completed }];
    sendEvents(response, events.map((event, index) => ({ ...event, sequence_number: index })));
  },
};

/** A program's own context comes as messages of the user, each in one element. */
function textOf({ content = '' }: InputItem): string {
  const texts = typeof content === 'string' ? [content] : content.map(({ text = '' }) => text);
  return texts.filter((text) => !/^\s*<[a-z_]+>/.test(text) && !text.startsWith('# AGENTS.md')).map(withoutReminders).join('\n').trim();
}

function outputOf(answer: Answer): Record<string, unknown>[] {
  return typeof answer === 'string'
    ? [{ type: 'message', id: newId('msg'), role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: answer, annotations: [] }] }]
    : answer.map(({ name, input }) => ({ type: 'function_call', id: newId('fc'), call_id: newId('call'), name, arguments: JSON.stringify(input) }));
}
