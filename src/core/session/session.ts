/**
 * A session is one saved state, immutable. Its summary travels in the writer's log, so that listing needs the logs
 * alone; its manifest is an object of the vault that names every byte of it.
 *
 * Readers pass over fields they do not know and refuse a newer `v` with `vault-newer-format`.
 */
import * as z from 'zod';
import { SessionContext } from './context.ts';

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().regex(/^[0-9a-f]{8,64}$/);

/** How the same repository is recognised on another machine. */
export const RepositoryIdentity = z.object({
  /** `host/path` of the remote, normalised (see `git/identity`); absent without a remote. */
  remote: z.string().optional(),
  /** Root commits, sorted: the fallback, and what tells a fork from a stranger. */
  roots: z.array(oid),
  /** For people: the last part of the remote's path or the folder's name. */
  name: z.string(),
});
export type RepositoryIdentity = z.infer<typeof RepositoryIdentity>;

/** A piece of a file, an object of the vault. */
export const Chunk = z.object({
  name: hash,
  /** Bytes of its text. */
  size: z.int().positive(),
  /** The writer under which it was stored. */
  writer: id,
});
export type Chunk = z.infer<typeof Chunk>;

/** Something that was left out of a stored file; the agent's own file keeps it. */
export const Redaction = z.object({
  /** First byte, in the file as it is stored. */
  from: z.int().nonnegative(),
  /** How many bytes of the original are not stored. */
  length: z.int().positive(),
  /** What is stored in their place. */
  replacement: z.string(),
});
export type Redaction = z.infer<typeof Redaction>;

/** One exact file, but for its redactions: the concatenation of its chunks. */
export const StoredFile = z.object({
  /** The agent's logical name for it, with `/`: the main transcript or a sidecar. Never absolute, never with `..`. */
  path: z.string().min(1),
  size: z.int().nonnegative(),
  sha256: hash,
  chunks: z.array(Chunk),
  /** The epoch of the vault in which the oldest of its chunks was stored, if not the first. */
  epoch: z.int().min(2).optional(),
  /** What its agent's own file has and this has not, in order; absent when it is complete. */
  redactions: z.array(Redaction).optional(),
});
export type StoredFile = z.infer<typeof StoredFile>;

/** A stretch of messages under the same branch and commit. */
export const ContextRun = z.object({
  /** First and last message index, inclusive. */
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  branch: z.string().optional(),
  commit: oid.optional(),
  /** Touched files relative to the repository, with `/`. */
  files: z.array(z.string()),
});
export type ContextRun = z.infer<typeof ContextRun>;

export const StoredConversation = z.object({
  agent: z.string(),
  id: z.string(),
  title: z.string().optional(),
  messages: z.int().nonnegative(),
  issues: z.int().nonnegative(),
  /** How many lines of its transcript nobody can read (see `countDamaged`); absent for none. */
  damaged: z.int().positive().optional(),
  /** The main transcript first. */
  files: z.array(StoredFile).min(1),
  context: z.array(ContextRun),
  /** Where the agent ran, relative to the repository's top, with `/`; empty for the top itself. */
  folder: z.string(),
  /** Set on a conversation that came to be when two devices continued the same one. */
  forkOf: z.object({ id: z.string(), session: id, /** How many messages the two begin with, where that is known. */ messages: z.int().nonnegative().optional() }).optional(),
});
export type StoredConversation = z.infer<typeof StoredConversation>;

/** How many stretches of conversations are not stored; 0 where they are complete. */
export function countRedactions(conversations: readonly StoredConversation[]): number {
  return conversations.flatMap(({ files }) => files.flatMap(({ redactions = [] }) => redactions)).length;
}

/** A git bundle in the vault; those of one session are applied in order. */
export const StoredBundle = z.object({
  tip: oid,
  prerequisites: z.array(oid),
  file: StoredFile,
});
export type StoredBundle = z.infer<typeof StoredBundle>;

/** A working tree that was saved without a commit of the user's (see `git/snapshot/capture`). */
export const SnapshotState = z.object({
  /** What git can say of it, in the shape of a stash; its first parent is the session's commit. */
  commit: oid,
  /** How many files it changes. */
  files: z.int().positive(),
  /** Paths of what only the index can say: files to be added, and those that git was told not to look at. */
  intendedToAdd: z.array(z.string()),
  assumedUnchanged: z.array(z.string()),
  skipped: z.array(z.string()),
});
export type SnapshotState = z.infer<typeof SnapshotState>;

export const StoredSnapshot = SnapshotState.extend({ bundle: StoredBundle });
export type StoredSnapshot = z.infer<typeof StoredSnapshot>;

export const StoredCode = z.object({
  repository: RepositoryIdentity,
  /** Absent when HEAD was detached. */
  branch: z.string().optional(),
  commit: oid,
  /** First line of the commit's message. */
  subject: z.string(),
  /** False when changes lay in the working tree that this session does not hold. */
  clean: z.boolean(),
  /** Which they were, by the reason (see `git/leftOut`), up to a hundred of each; absent when there were none. */
  leftOut: z.record(z.string(), z.array(z.string())).optional(),
  /** True when the branch was pushed together with this session. */
  pushed: z.boolean(),
  bundles: z.array(StoredBundle),
  /** What the working tree held beyond the commit; absent when it held nothing, or was committed. */
  snapshot: StoredSnapshot.optional(),
});
export type StoredCode = z.infer<typeof StoredCode>;

/**
 * A companion: another repository that belongs to a session. Nothing of it is committed or pushed by a save; what its remote's
 * default branch does not have travels in bundles and a snapshot, so the one record of the session publishes all or none.
 */
export const StoredCompanion = StoredCode.extend({
  /** Its top, seen from the top of the session's own repository, with `/`; a place to look first, and no more. */
  folder: z.string().min(1),
});
export type StoredCompanion = z.infer<typeof StoredCompanion>;

export const SessionManifest = z.object({
  v: z.literal(1),
  session: id,
  code: StoredCode,
  /** Absent where the session is of one repository. */
  companions: z.array(StoredCompanion).optional(),
  conversations: z.array(StoredConversation),
  /** What the person wrote below the first line of the message; absent where they wrote none. */
  body: z.string().optional(),
  /** What was open around it; absent where nothing was, and where nobody could say. */
  context: SessionContext.optional(),
  /** Markdown (see `session/handoff`); empty when there was nothing to hand off. */
  handoff: z.string(),
});
export type SessionManifest = z.infer<typeof SessionManifest>;

export const SessionSummary = z.object({
  id,
  /** ISO 8601 in UTC, by the saving device's clock. */
  savedAt: z.string(),
  message: z.string(),
  repository: RepositoryIdentity,
  branch: z.string().optional(),
  commit: oid,
  subject: z.string(),
  /** The other repositories that belong to it. */
  companions: z.array(z.object({ name: z.string(), branch: z.string().optional(), commit: oid })).optional(),
  conversations: z.array(z.object({
    agent: z.string(),
    id: z.string(),
    title: z.string().optional(),
    messages: z.int().nonnegative(),
    issues: z.int().nonnegative(),
    damaged: z.int().positive().optional(),
    bytes: z.int().nonnegative(),
  })),
  /** Where the save wrote its handoff in the repository, relative to the top; absent where it did not. */
  handoffFile: z.string().optional(),
  /** No person asked for it: the next save of the same work takes its place. */
  automatic: z.literal(true).optional(),
  /** First lines of the handoff, for tooltips. */
  excerpt: z.string(),
  /** Bytes this session added to the vault. */
  stored: z.int().nonnegative(),
  manifest: hash,
});
export type SessionSummary = z.infer<typeof SessionSummary>;

/** What of a summary sessions are found and counted by. */
export interface SessionOutline extends Pick<SessionSummary, 'id' | 'repository' | 'stored'> {
  conversations: Pick<SessionSummary['conversations'][number], 'agent' | 'id' | 'messages'>[];
}

export function outlineOf({ id, repository, stored, conversations }: SessionSummary): SessionOutline {
  return { id, repository, stored, conversations: conversations.map((each) => ({ agent: each.agent, id: each.id, messages: each.messages })) };
}
