/** What a model API is to the stub: how it reads a request and words an answer. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

/** A text, or tools to be called. */
export type Answer = string | readonly ToolCall[];

export interface ModelTalk {
  /** What people and model said, message by message, without what the program itself adds. */
  said: string[];
  /** Names of the tools on offer: requests without any are titles, warm-ups and the like. */
  tools: string[];
}

export interface ModelApi {
  /** Whether a request posted to this path is one. */
  serves(route: string): boolean;
  read(body: unknown): ModelTalk;
  answer(body: unknown, answer: Answer, response: ServerResponse, route: string): void;
}

export function newId(kind: string): string {
  return `${kind}_${randomBytes(12).toString('hex')}`;
}

export function withoutReminders(text: string): string {
  return text.replaceAll(/<(system-reminder|current_datetime)>.*?<\/\1>/gs, '').trim();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Server-sent events; those with a type are named by it, and a string is sent as it is. */
export function sendEvents(response: ServerResponse, events: readonly (string | object)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of events) {
    const name = typeof event === 'object' && 'type' in event && typeof event.type === 'string' ? `event: ${event.type}\n` : '';
    response.write(`${name}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  response.end();
}
