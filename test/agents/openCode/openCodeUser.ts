import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { openCodeProgram } from './openCodeProgram.ts';

interface Printed {
  type: string;
  sessionID: string;
  part?: { text?: string };
}

/** No talk to anyone; what it would fetch, it cannot reach. */
export const offline: Readonly<Record<string, string>> = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_fetch_retries: '0',
};

/** A person at one machine who talks to OpenCode, one prompt per call, without a screen. */
export class OpenCodeUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
  }

  async say(prompt: string, { resume }: { resume?: string } = {}): Promise<Turn> {
    const { home, folder } = this.#options;
    await Promise.all([mkdir(home, { recursive: true }), mkdir(folder, { recursive: true })]);
    // One word each: the program puts an argument of several into quotes.
    const output = await run(await openCodeProgram(), ['run', '--format', 'json', ...(resume === undefined ? [] : ['--session', resume]), ...prompt.split(' ')], {
      cwd: folder,
      env: openCodeEnvironment(this.#options),
    });
    const printed = output.trimEnd().split('\n').map((line) => JSON.parse(line) as Printed);
    return { answer: printed.findLast(({ type }) => type === 'text')?.part?.text ?? '', sessionId: printed.at(-1)?.sessionID ?? '' };
  }

  async terminal(): Promise<Record<string, string>> {
    const env = openCodeEnvironment(this.#options);
    return { ...env, PATH: [path.dirname(await openCodeProgram()), env['PATH']].join(path.delimiter) };
  }
}

/** The whole environment of the program: a model of its own, and no talk to anyone else. */
function openCodeEnvironment({ home, model }: Omit<AgentUserOptions, 'folder'>): Record<string, string> {
  const stub = { npm: '@ai-sdk/openai-compatible', name: 'stub', options: { baseURL: `${model}/v1`, apiKey: 'not-a-key' }, models: { 'stub-model': { name: 'stub-model', tool_call: true } } };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    ...offline,
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ model: 'stub/stub-model', small_model: 'stub/stub-model', permission: 'allow', provider: { stub } }),
  };
}
