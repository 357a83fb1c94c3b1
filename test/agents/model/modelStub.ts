/**
 * Stands in for the models' APIs on loopback, so that real agents can talk without an account: what matters is which
 * conversation the program sends, and that is kept here, request by request. The "model" knows only what the request
 * holds: asked for the favorite pizza it answers from the messages of the conversation.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatCompletionsApi } from './chatCompletionsApi.ts';
import { geminiApi } from './geminiApi.ts';
import { messagesApi } from './messagesApi.ts';
import { type Answer, type ModelApi, type ModelTalk, sendJson } from './modelApi.ts';
import { responsesApi } from './responsesApi.ts';

const apis: readonly ModelApi[] = [messagesApi, responsesApi, chatCompletionsApi, geminiApi];

export interface ModelRequest extends ModelTalk {
  route: string;
  /** As it was sent. */
  body: string;
}

export class ModelStub {
  /** Requests of the conversation itself, oldest first: those that offer tools. Titles and warm-ups are left out. */
  readonly requests: ModelRequest[] = [];
  /** Requests beside it, which offer no tools. */
  readonly asides: ModelRequest[] = [];
  readonly url: string;
  readonly #server: Server;
  readonly #prepared: Answer[] = [];
  readonly #preparedAsides: { about: string; answer: string }[] = [];

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

  /** The answer to requests beside the conversation whose last words hold these, in place of an earlier one. */
  prepareAside(about: string, answer: string): void {
    this.#preparedAsides.push({ about, answer });
  }

  /** What people and model said in the latest request, message by message, without what the program itself adds. */
  lastConversation(): string[] {
    const last = this.requests.at(-1);
    if (last === undefined) {
      throw new Error('the program has sent no request');
    }
    return last.said;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const route = new URL(request.url ?? '/', this.url).pathname;
    const api = request.method === 'POST' ? apis.find((each) => each.serves(route)) : undefined;
    if (api) {
      this.#answer(api, { route, body }, response);
    } else if (route.endsWith('/messages/count_tokens')) {
      sendJson(response, 200, { input_tokens: 100 });
    } else {
      sendJson(response, 404, { type: 'error', error: { type: 'not_found_error', message: `nothing is served at ${route}` } });
    }
  }

  #answer(api: ModelApi, { route, body }: Pick<ModelRequest, 'route' | 'body'>, response: ServerResponse): void {
    const request: unknown = JSON.parse(body);
    const { said, tools } = api.read(request);
    (tools.length > 0 ? this.requests : this.asides).push({ said, tools, route, body });
    const prepared = tools.length > 0 ? this.#prepared.shift() : this.#preparedAsides.findLast(({ about }) => said.at(-1)?.includes(about))?.answer;
    api.answer(request, prepared ?? replyTo(said), response, route);
  }
}

function replyTo(said: readonly string[]): string {
  if (!/favou?rite pizza\?/i.test(said.at(-1) ?? '')) {
    return 'Noted.';
  }
  const pizza = /my favou?rite pizza is (\w+)/i.exec(said.slice(0, -1).join('\n'))?.[1];
  return pizza === undefined ? 'I do not know your favorite pizza.' : `Your favorite pizza is ${pizza}.`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
