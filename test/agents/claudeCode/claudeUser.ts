import { mkdir, readFile, readdir, realpath, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../support/run.ts';
import type { AgentUser, AgentUserOptions, Turn } from '../agentProgram.ts';
import { claudeProgram } from './claudeProgram.ts';

/** A person at one machine who talks to Claude Code, one prompt per call, without a screen. */
export class ClaudeUser implements AgentUser {
  readonly #options: AgentUserOptions;

  constructor(options: AgentUserOptions) {
    this.#options = options;
  }

  /** Says one thing: in a new conversation, or as the next turn of the one named by `resume`. */
  async say(prompt: string, { resume, args = [] }: { resume?: string; args?: readonly string[] } = {}): Promise<Turn> {
    const { home, folder } = this.#options;
    await Promise.all([mkdir(home, { recursive: true }), mkdir(folder, { recursive: true })]);
    const output = await run(await claudeProgram(), ['--output-format', 'json', ...(resume === undefined ? [] : ['--resume', resume]), ...args, '-p', prompt], {
      cwd: folder,
      env: claudeEnvironment(this.#options),
    });
    const { result, session_id } = JSON.parse(output) as { result: string; session_id: string };
    return { answer: result, sessionId: session_id };
  }

  async terminal(): Promise<Record<string, string>> {
    const { home, folder } = this.#options;
    const env = claudeEnvironment(this.#options);
    await writeFile(path.join(home, '.claude.json'), JSON.stringify({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: [env['ANTHROPIC_API_KEY']], rejected: [] },
      projects: { [await realpath(folder)]: { hasTrustDialogAccepted: true } },
    }));
    return { ...env, PATH: [path.dirname(await claudeProgram()), env['PATH']].join(path.delimiter) };
  }

  /** The folder in which Claude Code keeps the conversations of the folder it is started in. */
  async projectFolder(): Promise<string> {
    await mkdir(this.#options.folder, { recursive: true });
    const place = await realpath(this.#options.folder);
    return path.join(this.#options.home, '.claude/projects', place.replaceAll(/[^a-zA-Z0-9]/g, '-'));
  }

  async transcriptFile(sessionId: string): Promise<string> {
    return path.join(await this.projectFolder(), `${sessionId}.jsonl`);
  }

  async records(sessionId: string): Promise<Record<string, unknown>[]> {
    const text = await readFile(await this.transcriptFile(sessionId), 'utf8');
    return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The ids of all conversations of the folder. */
  async sessionIds(): Promise<string[]> {
    const names = await readdir(await this.projectFolder());
    return names.filter((name) => name.endsWith('.jsonl')).map((name) => path.basename(name, '.jsonl')).sort();
  }
}

/** The whole environment of the program: a fresh login, the model's address, and no talk to anyone else. */
export function claudeEnvironment({ home, model }: Omit<AgentUserOptions, 'folder'>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'ada',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    SHELL: '/bin/bash',
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_TELEMETRY: '1',
  };
}
