import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { qwenProgram } from './qwenProgram.ts';

/** A person at one machine who talks to Qwen Code, one prompt per call, without a screen. */
export class QwenUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
  }

  async say(prompt: string, { resume, args = [] }: { resume?: string; args?: readonly string[] } = {}): Promise<Turn> {
    const { home, folder } = this.#options;
    await mkdir(folder, { recursive: true });
    await writeSettings(home);
    const words = ['--output-format', 'json', ...(resume === undefined ? [] : ['--resume', resume]), ...args, '--prompt', prompt];
    const output = await run(process.execPath, [await qwenProgram(), ...words], { cwd: folder, env: qwenEnvironment(this.#options) });
    const said = JSON.parse(output) as { type: string; result?: string; session_id: string }[];
    const { result = '', session_id } = said.findLast(({ type }) => type === 'result') ?? { session_id: '' };
    return { answer: result, sessionId: session_id };
  }

  async terminal(): Promise<Record<string, string>> {
    const env = qwenEnvironment(this.#options);
    await writeSettings(this.#options.home);
    return { ...env, PATH: [path.dirname(await qwenProgram()), path.dirname(process.execPath), env['PATH']].join(path.delimiter) };
  }
}

/** A home in which the program asks nothing and calls nobody but the model. */
async function writeSettings(home: string): Promise<void> {
  await mkdir(path.join(home, '.qwen'), { recursive: true });
  await writeFile(path.join(home, '.qwen', 'settings.json'), JSON.stringify({
    security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } },
    general: { enableAutoUpdate: false, disableAutoUpdate: true },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    // It would ask the model what to remember beyond the conversation.
    memory: { enableManagedAutoMemory: false },
  }));
}

/** The whole environment of the program: a key for the model's address, and no talk to anyone else. */
export function qwenEnvironment({ home, model }: Omit<AgentUserOptions, 'folder'>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    OPENAI_API_KEY: 'not-a-key',
    OPENAI_BASE_URL: `${model}/v1`,
    OPENAI_MODEL: 'qwen3-coder-plus',
  };
}
