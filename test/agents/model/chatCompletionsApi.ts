/** OpenAI's Chat Completions API, as Qwen Code, OpenCode and Copilot CLI speak it. */
import { type ModelApi, newId, sendEvents, sendJson, withoutReminders } from './modelApi.ts';

interface ChatRequest {
  model: string;
  stream?: boolean;
  tools?: readonly { function: { name: string } }[];
  messages: readonly { role: string; content?: string | readonly { text?: string }[] | null }[];
}

export const chatCompletionsApi: ModelApi = {
  serves: (route) => route.endsWith('/chat/completions'),
  read: (body) => {
    const { messages, tools = [] } = body as ChatRequest;
    return {
      said: messages.filter(({ role }) => role === 'user' || role === 'assistant').map(({ content }) => textOf(content)).filter((text) => text !== ''),
      tools: tools.map((tool) => tool.function.name),
    };
  },
  answer: (body, answer, response) => {
    const { model, stream } = body as ChatRequest;
    const calls = typeof answer !== 'string';
    const message = {
      role: 'assistant',
      content: calls ? null : answer,
      ...(calls ? { tool_calls: answer.map(({ name, input }, index) => ({ index, id: newId('call'), type: 'function', function: { name, arguments: JSON.stringify(input) } })) } : {}),
    };
    const finish_reason = calls ? 'tool_calls' : 'stop';
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    const said = { id: newId('chatcmpl'), created: Math.floor(Date.now() / 1000), model };
    if (stream !== true) {
      sendJson(response, 200, { ...said, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage });
      return;
    }
    const chunk = (delta: object, reason: string | null): object => ({ ...said, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] });
    sendEvents(response, [chunk(message, null), chunk({}, finish_reason), { ...said, object: 'chat.completion.chunk', choices: [], usage }, '[DONE]']);
  },
};

function textOf(content: ChatRequest['messages'][number]['content']): string {
  const texts = typeof content === 'string' ? [content] : (content ?? []).map(({ text = '' }) => text);
  return texts.map(withoutReminders).filter((text) => text !== '').join('\n');
}
