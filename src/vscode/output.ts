/** Backs core's logger with the one output channel. Its level and its file are VS Code's affair. */
import * as vscode from 'vscode';
import type { Logger } from '../core/common/logger.ts';

export class OutputLogger implements Logger, vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;
  readonly #topic: string;

  private constructor(channel: vscode.LogOutputChannel, topic: string) {
    this.#channel = channel;
    this.#topic = topic;
  }

  static create(): OutputLogger {
    return new OutputLogger(vscode.window.createOutputChannel('ConvoSync', { log: true }), '');
  }

  trace(message: string): void {
    this.#channel.trace(this.#line(message));
  }

  debug(message: string): void {
    this.#channel.debug(this.#line(message));
  }

  info(message: string): void {
    this.#channel.info(this.#line(message));
  }

  warn(message: string): void {
    this.#channel.warn(this.#line(message));
  }

  error(message: string, error?: unknown): void {
    this.#channel.error(error === undefined ? this.#line(message) : `${this.#line(message)}\n${stackOf(error)}`);
  }

  child(topic: string): Logger {
    return new OutputLogger(this.#channel, this.#topic === '' ? topic : `${this.#topic}.${topic}`);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #line(message: string): string {
    return this.#topic === '' ? message : `[${this.#topic}] ${message}`;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
