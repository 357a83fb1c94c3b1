import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { attempt, run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { codexProgram } from './codexProgram.ts';

export interface CodexUserOptions extends AgentUserOptions {
  /** What the models' provider is called in the settings of this machine. */
  provider?: string;
}

/** A person at one machine who talks to Codex, one prompt per call, without a screen. */
export class CodexUser implements AgentUser {
  readonly #options: CodexUserOptions;

  constructor(options: CodexUserOptions) {
    this.#options = options;
    this.#setUp();
  }

  get base(): string {
    return path.join(this.#options.home, '.codex');
  }

  /** Says one thing: in a new conversation, or as the next turn of the one named by `resume`, or in a fork of that named by `fork`. */
  async say(prompt: string, { resume, fork }: { resume?: string; fork?: string } = {}): Promise<Turn> {
    const before = resume === undefined ? (fork === undefined ? [] : ['fork', fork]) : ['resume', resume];
    const output = await this.run('exec', '--json', '--skip-git-repo-check', ...before, prompt);
    const events = output.trim().split('\n').map((line) => JSON.parse(line) as { thread_id?: string; item?: { type: string; text?: string } });
    return {
      answer: events.findLast(({ item }) => item?.type === 'agent_message')?.item?.text ?? '',
      sessionId: events.find(({ thread_id: id }) => id !== undefined)?.thread_id ?? '',
    };
  }

  async terminal(): Promise<Record<string, string>> {
    const env = codexEnvironment(this.#options);
    return { ...env, PATH: [path.dirname(await codexProgram()), env['PATH']].join(path.delimiter) };
  }

  /** The program with these arguments; its standard output. */
  async run(...args: string[]): Promise<string> {
    return run(await codexProgram(), args, { cwd: this.#options.folder, env: codexEnvironment(this.#options) });
  }

  /** What the program says when it refuses. */
  async refusal(...args: string[]): Promise<string> {
    const { code, stderr } = await attempt(await codexProgram(), args, { cwd: this.#options.folder, env: codexEnvironment(this.#options) });
    return code === 0 ? '' : stderr;
  }

  #setUp(): void {
    const { folder, model, provider = 'stub' } = this.#options;
    [this.base, folder].forEach((each) => mkdirSync(each, { recursive: true }));
    writeFileSync(path.join(this.base, 'config.toml'), `
model = "stub"
model_provider = "${provider}"
check_for_update_on_startup = false

[features]
# It would outlive the program.
daemon_auto_start = false

[model_providers.${provider}]
name = "A model on loopback"
base_url = "${model}/v1"
env_key = "STUB_KEY"
wire_api = "responses"

[projects.${JSON.stringify(folder)}]
trust_level = "trusted"
`);
  }
}

/** The whole environment of the program: no account, and no way to anyone but the model on loopback. */
export function codexEnvironment({ home }: Pick<AgentUserOptions, 'home'>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    STUB_KEY: 'not-a-key',
    HTTPS_PROXY: 'http://127.0.0.1:1',
    NO_PROXY: '127.0.0.1',
  };
}
