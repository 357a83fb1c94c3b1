import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { geminiProgram } from './geminiProgram.ts';

/** A person at one machine who talks to Gemini CLI, one prompt per call, without a screen. */
export class GeminiUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
  }

  async say(prompt: string, { resume, args = [] }: { resume?: string; args?: readonly string[] } = {}): Promise<Turn> {
    const { home, folder } = this.#options;
    await mkdir(folder, { recursive: true });
    await writeSettings(home);
    const words = ['--output-format', 'json', ...(resume === undefined ? [] : ['--resume', resume]), ...args, '--prompt', prompt];
    const output = await run(process.execPath, [await geminiProgram(), ...words], { cwd: folder, env: geminiEnvironment(this.#options) });
    const { response, session_id } = JSON.parse(output) as { response: string; session_id: string };
    return { answer: response, sessionId: session_id };
  }
}

/** A home in which the program asks nothing and calls nobody but the model. */
async function writeSettings(home: string): Promise<void> {
  await mkdir(path.join(home, '.gemini'), { recursive: true });
  await writeFile(path.join(home, '.gemini', 'settings.json'), JSON.stringify({
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
