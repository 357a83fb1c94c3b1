import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { geminiProgram } from './geminiProgram.ts';

/** A person at one machine who talks to Gemini CLI, one prompt per call, without a screen. */
export class GeminiUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    writeSettings(path.join(options.home, '.gemini', 'settings.json'));
  }

  async say(prompt: string, { resume, args = [] }: { resume?: string; args?: readonly string[] } = {}): Promise<Turn> {
    const { folder } = this.#options;
    const words = ['--output-format', 'json', ...(resume === undefined ? [] : ['--resume', resume]), ...args, '--prompt', prompt];
    const output = await run(process.execPath, [await geminiProgram(), ...words], { cwd: folder, env: geminiEnvironment(this.#options) });
    const { response, session_id } = JSON.parse(output) as { response: string; session_id: string };
    return { answer: response, sessionId: session_id };
  }

  async terminal(): Promise<Record<string, string>> {
    const env = geminiEnvironment(this.#options);
    const commands = path.resolve(await geminiProgram(), '../../../../.bin');
    return { ...env, PATH: [commands, path.dirname(process.execPath), env['PATH']].join(path.delimiter) };
  }
}

/** Settings by which the program asks nothing and calls nobody but the model; those that are there stay as they are. */
function writeSettings(file: string): void {
  if (existsSync(file)) {
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    // With a model of its own choice it would first ask the model which one suits.
    model: { name: 'gemini-2.5-flash' },
  }));
}

/** The whole environment of the program: a key for the model's address, and no talk to anyone else. */
export function geminiEnvironment({ home, model }: Omit<AgentUserOptions, 'folder'>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    NO_BROWSER: '1',
    GEMINI_API_KEY: 'not-a-key',
    GOOGLE_GEMINI_BASE_URL: model,
  };
}
