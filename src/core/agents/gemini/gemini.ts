/**
 * Gemini CLI: conversations as plain files in the folder of their project (see `store` for the layout). It is asked for no
 * handoff: there is no way to ask it that leaves no conversation behind (0.61).
 */
import { stat } from 'node:fs/promises';

import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Adaptation } from '../../session/adaptation.ts';
import type { Transcript, TranscriptIssue, TranscriptPart } from '../../session/message.ts';
import { adaptDocument, adaptLines, type LineRules } from '../adaptLines.ts';
import type { Agent, AgentEnvironment, ConversationFile, FindResult, FoundConversation, Installation, Signpost, Workspace } from '../agent.ts';
import { relativeInside, resolveLinks, runFolder, workspaceRoots } from '../paths.ts';
import { mayHaveOpen, type RunningProgram, runningPrograms } from '../runningPrograms.ts';
import { readParts, readWhole } from '../transcriptParts.ts';
import { card } from './card.ts';
import { type Chat, Chats } from './chats.ts';
import { conversationFiles, placeOf } from './conversationFiles.ts';
import { Projects } from './projects.ts';
import { readRecord } from './records.ts';
import { baseFolder } from './store.ts';
import { TranscriptReader } from './transcript.ts';

export class GeminiAgent implements Agent {
  readonly id = card.id;
  readonly name = card.name;
  readonly fidelity = card.fidelity;
  readonly forkId = card.forkId;
  readonly resumeCommand = card.resumeCommand;

  readonly #base: string;
  readonly #platform: NodeJS.Platform;
  readonly #projects: Projects;
  readonly #chats: Chats;

  constructor(environment: AgentEnvironment) {
    this.#base = baseFolder(environment);
    this.#platform = environment.platform;
    this.#projects = new Projects(this.#base, this.#platform);
    this.#chats = new Chats(this.#base);
  }

  async find(workspace: Workspace, signal?: AbortSignal): Promise<FindResult> {
    throwIfCancelled(signal);
    const problems: TranscriptIssue[] = [];
    const roots = await workspaceRoots(workspace);
    const found = new Map<string, FoundConversation>();
    try {
      const projects = (await this.#projects.list(roots, problems)).filter(({ root }) => this.#folderIn(roots, root) !== undefined);
      const chats = await this.#chats.list(projects, problems, signal);
      const programs = chats.length === 0 ? [] : await this.#programs();
      for (const chat of chats) {
        const { id, title, transcript, modified, size, project } = chat;
        if (modified >= (found.get(id)?.modified ?? 0)) {
          const folder = this.#folderIn(roots, project.root) ?? '';
          found.set(id, { agent: this.id, id, transcript, folder, ...(title === undefined ? {} : { title }), modified, size, running: isOpen(chat, programs) });
        }
      }
    } catch (error) {
      if (ConvoSyncError.is(error, 'cancelled')) {
        throw error;
      }
      problems.push({ kind: 'unreadable-file', file: this.#base });
    }
    return { conversations: [...found.values()].sort((a, b) => b.modified - a.modified), problems };
  }

  async files(conversation: FoundConversation, signal?: AbortSignal): Promise<ConversationFile[]> {
    return conversationFiles(conversation, { base: this.#base, running: await this.isRunning(conversation.id) }, signal);
  }

  async read(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Transcript> {
    return readWhole(this.readParts(transcript, signal));
  }

  readParts(transcript: Uint8Array | AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<TranscriptPart> {
    return readParts(new TranscriptReader(), transcript, signal);
  }

  async place(id: string, logicalPath: string, folder: string, workspace: Workspace): Promise<string> {
    const root = await resolveLinks(runFolder(workspace, folder));
    const projectFolder = await this.#projects.folderOf(root);
    const project = { projectFolder, platform: this.#platform };
    const place = placeOf(id, logicalPath, project);
    const chats = await this.#withId(id, [root]);
    const here = chats.find(({ project }) => project.folder === projectFolder);
    const other = chats.find(({ project }) => project.folder !== projectFolder);
    if (!here && other && (await isFolder(other.project.root))) {
      throw new ConvoSyncError('install-failed', 'The conversation lies in another workspace of this machine.', {
        details: { reason: 'in-other-workspace', id, folder: other.project.root },
      });
    }
    return here ? placeOf(id, logicalPath, project, here.transcript) : place;
  }

  /**
   * The program knows a conversation by the id inside, and writes on where the file ends: after a line that was torn it would
   * read neither that nor its own next record.
   */
  async adapt(logicalPath: string, stored: AsyncIterable<Uint8Array>, { id }: Installation): Promise<Adaptation[]> {
    const rules: LineRules = {
      wanted: (record) => ('id' in record ? [] : [{ field: ['sessionId'], value: id }, { field: ['$set', 'sessionId'], value: id }]),
      isRecord: (value) => readRecord(value) !== undefined,
    };
    switch (logicalPath) {
      case 'transcript.jsonl':
        return adaptLines(stored, rules);
      case 'transcript.json':
        return adaptDocument(stored, rules);
      default:
        return [];
    }
  }

  async signposts({ folder, workspace }: Installation): Promise<Signpost[]> {
    return this.#projects.ownerMark(await resolveLinks(runFolder(workspace, folder)));
  }

  async isRunning(id: string): Promise<boolean> {
    const [chats, programs] = await Promise.all([this.#withId(id), this.#programs()]);
    return chats.some((chat) => isOpen(chat, programs));
  }

  /** Reasons: `missing`, `in-other-workspace`. */
  async verify(id: string, folder: string, workspace: Workspace): Promise<{ visible: boolean; reason?: string }> {
    const root = await resolveLinks(runFolder(workspace, folder));
    const projectFolder = await this.#projects.folderOf(root);
    const chats = await this.#withId(id, [root]);
    if (chats.some(({ project }) => project.folder === projectFolder)) {
      return { visible: true };
    }
    return { visible: false, reason: chats.length === 0 ? 'missing' : 'in-other-workspace' };
  }

  async #withId(id: string, roots: readonly string[] = []): Promise<Chat[]> {
    return this.#chats.withId(id, await this.#projects.list(roots));
  }

  async #programs(): Promise<RunningProgram[] | undefined> {
    return runningPrograms('gemini', this.#platform);
  }

  /** Windows is told the working directory of a project in small letters. */
  #folderIn(roots: readonly string[], root: string): string | undefined {
    const asTold = (folder: string): string => (this.#platform === 'win32' ? folder.toLowerCase() : folder);
    return roots.map((each) => relativeInside(asTold(each), root)).find((folder) => folder !== undefined);
  }
}

/** The program leaves nothing that tells what it has open; its working directory is that of the project (measured on 0.61). */
function isOpen({ modified, project: { root: folder } }: Chat, programs: readonly RunningProgram[] | undefined): boolean {
  return mayHaveOpen(programs, { folder, modified });
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
