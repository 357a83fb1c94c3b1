/** Qwen Code: conversations as plain files in the folder of their project (see `store` for the layout). */
import * as path from 'node:path';
import * as z from 'zod';

import { ConvoSyncError } from '../../common/errors.ts';
import { tryReadFile } from '../../common/files.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Transcript, TranscriptPart } from '../../session/message.ts';
import { adaptLines, type WantedField } from '../adaptLines.ts';
import type { Agent, AgentEnvironment, AskCommand, ConversationFile, FindResult, FoundConversation, Installation, Workspace } from '../agent.ts';
import { entriesOf, filesBelow, filesToCapture, isFolder } from '../files.ts';
import { tryParseObject } from '../jsonValues.ts';
import { isAlive } from '../liveProcess.ts';
import { isSafeName, resolveLinks, runFolder, unsafePath, workspaceRoots } from '../paths.ts';
import { mayHaveOpen, type RunningProgram, runningPrograms } from '../runningPrograms.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { askCommand } from './askCommand.ts';
import { card } from './card.ts';
import { findTranscripts, look, type Seen } from './finder.ts';
import { TranscriptRecord } from './records.ts';
import { baseFolder, isConversationId, projectName } from './store.ts';
import { TranscriptReader } from './transcript.ts';

const Runtime = z.object({ pid: z.int().positive() });

export class QwenCodeAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;

  readonly #environment: AgentEnvironment;
  /** Bases that were asked for: a setting can mean another in each workspace. */
  readonly #bases = new Set<string>();

  constructor(environment: AgentEnvironment) {
    this.#environment = environment;
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    const [base, roots] = await Promise.all([this.#base(workspace), workspaceRoots(workspace)]);
    const { found, problems } = await findTranscripts(roots, base, this.#environment.platform, signal);
    const programs = found.length === 0 ? [] : await this.#programs();
    const conversations = await Promise.all(found.map(async (seen): Promise<FoundConversation> => {
      const { id, transcript, folder, title, modified, size } = seen;
      return { agent: this.id, id, transcript, folder, ...(title === undefined ? {} : { title }), modified, size, running: await isOpen(seen, programs) };
    }));
    return { conversations: conversations.sort((a, b) => b.modified - a.modified), problems };
  }

  async files({ id, transcript, running }: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    const projectFolder = path.dirname(path.dirname(transcript));
    const at = { base: path.dirname(path.dirname(projectFolder)), running: running || (await this.isRunning(id)) };
    return filesToCapture(['transcript.jsonl', transcript], at, () => filesBelow(path.join(projectFolder, 'subagents', id), 'agents', signal));
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const root = await resolveLinks(runFolder(workspace, folder));
    const projectFolder = path.join(await this.#base(workspace), 'projects', projectName(root, this.#environment.platform));
    const [room, ...rest] = logicalPath.split('/');
    if (!isConversationId(id) || !(logicalPath === 'transcript.jsonl' || (room === 'agents' && rest.length > 0 && rest.every((name) => isSafeName(name, this.#environment.platform))))) {
      throw unsafePath(id, logicalPath);
    }
    const other = (await this.#withId(id)).find((seen) => seen.root !== root);
    if (other && (await isFolder(other.root))) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', {
        details: { reason: 'in-other-workspace', id, folder: other.root },
      });
    }
    return room === 'agents' ? path.join(projectFolder, 'subagents', id, ...rest) : path.join(projectFolder, 'chats', `${id}.jsonl`);
  }

  /**
   * The program takes a conversation for one of this folder only when the first record says so, and reads none whose records
   * name two ids.
   */
  async adapt(logicalPath: string, stored: AsyncIterable<Uint8Array>, { id, folder, workspace }: Installation): Promise<Adaptation[]> {
    if (logicalPath !== 'transcript.jsonl') {
      return [];
    }
    const cwd = await resolveLinks(runFolder(workspace, folder));
    let isFirst = true;
    const isRecord = (value: object): boolean => TranscriptRecord.safeParse(value).success;
    const wanted = (record: Readonly<Record<string, unknown>>): WantedField[] => {
      if (!isRecord(record)) {
        return [];
      }
      const fields = [{ field: ['sessionId'], value: id }, ...(isFirst ? [{ field: ['cwd'], value: cwd }] : [])];
      isFirst = false;
      return fields;
    };
    return adaptLines(stored, { wanted, isRecord });
  }

  async isRunning(id: string): Promise<boolean> {
    const [transcripts, programs] = await Promise.all([this.#withId(id), this.#programs()]);
    return (await Promise.all(transcripts.map((seen) => isOpen(seen, programs)))).includes(true);
  }

  /** Reasons: `missing`, `in-other-workspace`. */
  async verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const root = await resolveLinks(runFolder(workspace, folder));
    await this.#base(workspace);
    const transcripts = await this.#withId(id);
    if (transcripts.some((seen) => seen.root === root)) {
      return { visible: true };
    }
    return { visible: false, reason: transcripts.length === 0 ? 'missing' : 'in-other-workspace' };
  }

  async askCommand(): Promise<AskCommand> {
    return askCommand;
  }

  async #base(workspace: Workspace): Promise<string> {
    const base = await baseFolder(this.#environment, workspace.folder);
    this.#bases.add(base);
    return base;
  }

  async #withId(id: string): Promise<Seen[]> {
    if (this.#bases.size === 0) {
      await this.#base({ folder: this.#environment.userHome });
    }
    const found: Seen[] = [];
    for (const base of isConversationId(id) ? this.#bases : []) {
      for (const { name } of await entriesOf(path.join(base, 'projects'))) {
        const seen = await look(path.join(base, 'projects', name, 'chats', `${id}.jsonl`), base, this.#environment.platform);
        found.push(...(seen ? [seen] : []));
      }
    }
    return found;
  }

  async #programs(): Promise<RunningProgram[] | undefined> {
    return runningPrograms('qwen', this.#environment.platform);
  }
}

/** On a screen the program says so beside the transcript; without one nothing tells, and its working directory is that of the project. */
async function isOpen({ transcript, root, modified }: Seen, programs: readonly RunningProgram[] | undefined): Promise<boolean> {
  const runtime = Runtime.safeParse(tryParseObject((await tryReadFile(transcript.replace(/\.jsonl$/, '.runtime.json'))) ?? '')).data;
  return (runtime !== undefined && isAlive(runtime.pid)) || mayHaveOpen(programs, { folder: root, modified });
}
