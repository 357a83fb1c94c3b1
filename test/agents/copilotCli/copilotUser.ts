import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { copilotProgram } from './copilotProgram.ts';

interface Printed {
  type: string;
  sessionId?: string;
  data?: { content?: string };
}

/** A person at one machine who talks to Copilot CLI, one prompt per call, without a screen. */
export class CopilotUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
  }

  async say(prompt: string, { resume }: { resume?: string } = {}): Promise<Turn> {
    const { home, folder, model } = this.#options;
    await Promise.all([mkdir(home, { recursive: true }), mkdir(folder, { recursive: true })]);
    const { program, unpacked } = await copilotProgram();
    const output = await run(program, ['-p', prompt, '--output-format', 'json', '--allow-all-tools', ...(resume === undefined ? [] : ['--resume', resume])], {
      cwd: folder,
      env: { ...copilotEnvironment({ home, model }), XDG_CACHE_HOME: unpacked },
    });
    const printed = output.trimEnd().split('\n').map((line) => JSON.parse(line) as Printed);
    const answer = printed.findLast(({ type }) => type === 'assistant.message')?.data?.content ?? '';
    return { answer, sessionId: printed.findLast(({ type }) => type === 'result')?.sessionId ?? '' };
  }

  async terminal(): Promise<Record<string, string>> {
    const { program, unpacked } = await copilotProgram();
    const env = copilotEnvironment(this.#options);
    return { ...env, XDG_CACHE_HOME: unpacked, PATH: [path.dirname(program), env['PATH']].join(path.delimiter) };
  }

  transcriptFile(sessionId: string): string {
    return path.join(this.#options.home, '.copilot', 'session-state', sessionId, 'events.jsonl');
  }
}

/** The whole environment of the program: the model's address, a key of the user's own, and no talk to anyone else. */
function copilotEnvironment({ home, model }: Omit<AgentUserOptions, 'folder'>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
    COPILOT_PROVIDER_API_KEY: 'not-a-key',
    COPILOT_MODEL: 'stub-model',
  };
}
