/**
 * Stands in for the Anthropic Messages API on loopback, so that the real Claude Code can talk without an account: what
 * matters is which conversation the program sends, and that is kept here, request by request. The "model" knows
 * only what the request holds: asked for the favorite pizza it answers from the messages of the conversation.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Block = { type: string; text?: string } & Record<string, unknown>;

export interface ModelRequest {
  model: string;
  stream?: boolean;
  tools?: readonly { name: string }[];
  /** Those of the role system are what the program tells the model, also in the middle of a conversation. */
  messages: readonly { role: 'user' | 'assistant' | 'system'; content: string | readonly Block[] }[];
}

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

type Answer = string | readonly ToolCall[];

export class ModelStub {
  /** Requests of the conversation itself, oldest first: those that offer tools. Titles and warm-ups are left out. */
  readonly requests: ModelRequest[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #prepared: Answer[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<ModelStub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stub = new ModelStub(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      stub.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    return stub;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Answers of the next requests, in order: a text, or tools to be called (the request that brings results is the next one). */
  prepare(...answers: Answer[]): void {
    this.#prepared.push(...answers);
  }

  /** What people and model said in the latest request, message by message, without what the program itself adds. */
  lastConversation(): string[] {
    const last = this.requests.at(-1);
    if (last === undefined) {
      throw new Error('the program has sent no request');
    }
    return saidIn(last);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const route = new URL(request.url ?? '/', this.url).pathname;
    if (route.endsWith('/messages/count_tokens')) {
      sendJson(response, 200, { input_tokens: 100 });
    } else if (request.method === 'POST' && route.endsWith('/messages')) {
      this.#answer(JSON.parse(body) as ModelRequest, response);
    } else {
      sendJson(response, 404, { type: 'error', error: { type: 'not_found_error', message: `nothing is served at ${route}` } });
    }
  }

  #answer(request: ModelRequest, response: ServerResponse): void {
    const ofConversation = (request.tools ?? []).length > 0;
    if (ofConversation) {
      this.requests.push(request);
    }
    const answer = (ofConversation ? this.#prepared.shift() : undefined) ?? replyTo(saidIn(request));
    const message = messageOf(request.model, answer);
    if (request.stream === true) {
      sendEvents(response, message);
    } else {
      sendJson(response, 200, message);
    }
  }
}

function replyTo(said: readonly string[]): string {
  if (!/favou?rite pizza\?/i.test(said.at(-1) ?? '')) {
    return 'Noted.';
  }
  const pizza = /my favou?rite pizza is (\w+)/i.exec(said.slice(0, -1).join('\n'))?.[1];
  return pizza === undefined ? 'I do not know your favorite pizza.' : `Your favorite pizza is ${pizza}.`;
}

function saidIn({ messages }: ModelRequest): string[] {
  return messages.filter(({ role }) => role !== 'system').map(({ content }) => {
    const texts = typeof content === 'string' ? [content] : content.flatMap(({ type, text }) => (type === 'text' ? [text ?? ''] : []));
    return texts.map((text) => text.replaceAll(/<system-reminder>.*?<\/system-reminder>/gs, '').trim()).filter((text) => text !== '').join('\n');
  });
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

function newId(kind: string): string {
  return `${kind}_${randomBytes(12).toString('hex')}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The message as server-sent events: an envelope, each block whole in one delta, and how it ended. */
function sendEvents(response: ServerResponse, message: Message): void {
  const send = (event: { type: string } & Record<string, unknown>): void => {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
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
  response.end();
}
