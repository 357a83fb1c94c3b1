/** The Anthropic Messages API, as Claude Code speaks it. */
import type { ServerResponse } from 'node:http';
import { type Answer, type ModelApi, newId, sendEvents, sendJson, withoutReminders } from './modelApi.ts';

type Block = { type: string; text?: string } & Record<string, unknown>;

interface MessagesRequest {
  model: string;
  stream?: boolean;
  tools?: readonly { name: string }[];
  /** Those of the role system are what the program tells the model, also in the middle of a conversation. */
  messages: readonly { role: 'user' | 'assistant' | 'system'; content: string | readonly Block[] }[];
}

export const messagesApi: ModelApi = {
  serves: (route) => route.endsWith('/messages'),
  read: (body) => {
    const { messages, tools = [] } = body as MessagesRequest;
    return { said: messages.filter(({ role }) => role !== 'system').map(({ content }) => textOf(content)), tools: tools.map(({ name }) => name) };
  },
  answer: (body, answer, response) => {
    const { model, stream } = body as MessagesRequest;
    const message = messageOf(model, answer);
    if (stream === true) {
      sendStream(response, message);
    } else {
      sendJson(response, 200, message);
    }
  },
};

function textOf(content: string | readonly Block[]): string {
  const texts = typeof content === 'string' ? [content] : content.flatMap(({ type, text }) => (type === 'text' ? [text ?? ''] : []));
  return texts.map(withoutReminders).filter((text) => text !== '').join('\n');
}

interface Message {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: Block[];
  stop_reason: 'end_turn' | 'tool_use';
  stop_sequence: null;
  usage: { input_tokens: number; output_tokens: number };
}

function messageOf(model: string, answer: Answer): Message {
  const calls = typeof answer !== 'string';
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: calls ? answer.map(({ name, input }) => ({ type: 'tool_use', id: newId('toolu'), name, input })) : [{ type: 'text', text: answer }],
    stop_reason: calls ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 20 },
  };
}

/** The message as server-sent events: an envelope, each block whole in one delta, and how it ended. */
function sendStream(response: ServerResponse, message: Message): void {
  const events: ({ type: string } & Record<string, unknown>)[] = [];
  const send = (event: (typeof events)[number]): void => void events.push(event);
  send({ type: 'message_start', message: { ...message, content: [], stop_reason: null } });
  for (const [index, block] of message.content.entries()) {
    const [empty, delta] = block.type === 'text'
      ? [{ ...block, text: '' }, { type: 'text_delta', text: block.text }]
      : [{ ...block, input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }];
    send({ type: 'content_block_start', index, content_block: empty });
    send({ type: 'content_block_delta', index, delta });
    send({ type: 'content_block_stop', index });
  }
  send({ type: 'message_delta', delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage: message.usage });
  send({ type: 'message_stop' });
  sendEvents(response, events);
}
