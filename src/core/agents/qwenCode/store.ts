/**
 * Where Qwen Code keeps things: settings in its home (`QWEN_HOME`, else `~/.qwen`), and below `QWEN_RUNTIME_DIR`, else the
 * setting `advanced.runtimeOutputDir`, else that home:
 *
 *     projects/<project>/chats/<id>.jsonl          a transcript
 *     projects/<project>/chats/<id>.runtime.json   the process that has it open on a screen
 *     projects/<project>/chats/archive/…           what the user put away: it is neither listed nor resumed
 *     projects/<project>/subagents/<id>/…          transcripts of sub-agents
 *
 * `<project>` is the working directory with every UTF-16 unit outside `[a-zA-Z0-9]` as `-`, so `a.b` and `a-b` share one. The
 * program takes a conversation for one of this project only when the first record names the working directory.
 */
import * as path from 'node:path';
import * as z from 'zod';

import { tryReadFile } from '../../common/files.ts';
import type { AgentEnvironment } from '../agent.ts';
import { tryParseObject } from '../jsonValues.ts';

const Settings = z.object({ advanced: z.object({ runtimeOutputDir: z.string().min(1) }) });

/**
 * The folder that holds `projects`. A setting that is relative means one in each workspace.
 * @throws what reading the settings throws, but for their absence
 */
export async function baseFolder({ env, userHome }: AgentEnvironment, workspaceFolder: string): Promise<string> {
  const named = (folder: string, from: string): string => path.resolve(from, folder.replace(/^~(?=$|[\\/])/, () => userHome));
  const { QWEN_HOME: home, QWEN_RUNTIME_DIR: runtime } = env;
  const settingsFolder = home === undefined || home === '' ? path.join(userHome, '.qwen') : named(home, userHome);
  if (runtime !== undefined && runtime !== '') {
    return named(runtime, userHome);
  }
  const settings = Settings.safeParse(tryParseObject((await tryReadFile(path.join(settingsFolder, 'settings.json'))) ?? '')).data;
  return settings ? named(settings.advanced.runtimeOutputDir, workspaceFolder) : settingsFolder;
}

/** @param folder absolute, with links resolved */
export function projectName(folder: string, platform: NodeJS.Platform): string {
  return (platform === 'win32' ? folder.toLowerCase() : folder).replace(/[^a-zA-Z0-9]/g, '-');
}

/** A conversation's id is also a file name, and the program reads no other. */
export function isConversationId(id: string): boolean {
  return /^[0-9a-fA-F-]{32,36}$/.test(id);
}

/** The id that a file is the transcript of; undefined for any other file. */
export function conversationIdOf(fileName: string): string | undefined {
  const id = fileName.replace(/\.jsonl$/, '');
  return id !== fileName && isConversationId(id) ? id : undefined;
}
