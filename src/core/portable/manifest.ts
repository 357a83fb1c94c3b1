/**
 * A portable session: one zip file that holds one session whole, to be handed on and resumed without a vault. Nothing in it is sealed or
 * signed: whoever gets it can read it, and it is the word of whoever made it.
 *
 *     manifest.json      what the session is, and size and hash of every other file; the first entry
 *     session.html       the session for people
 *     handoff.md         where the work stood, if it has a handoff
 *     files/<sha256>     conversations, exactly as they are stored in a vault (what is redacted there is redacted here), and git
 *                        bundles of what the remote's default branch does not have; named by what they hold
 *
 * There is no other file. Readers refuse a newer `v`.
 */
import * as z from 'zod';
import { ConvoSyncError } from '../common/errors.ts';
import { isInside } from '../session/context.ts';
import { Device } from '../session/device.ts';
import { SessionManifest, SessionSummary, type StoredFile } from '../session/session.ts';
import { filesOf } from '../session/storedFiles.ts';

export const portableFormat = 1;
export const manifestName = 'manifest.json';
export const pageName = 'session.html';
export const handoffName = 'handoff.md';

/** What the manifest may be at most, in bytes. */
export const largestManifest = 64 * 1024 * 1024;

const PortableFile = z.object({ name: z.string(), size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type PortableFile = z.infer<typeof PortableFile>;

const PortableManifest = z.object({
  v: z.literal(portableFormat),
  /** ISO 8601 in UTC. */
  exportedAt: z.string(),
  /** On which the session was saved. */
  device: Device,
  summary: SessionSummary,
  /** Its files have no chunks: each lies here as a whole. */
  session: SessionManifest,
  files: z.array(PortableFile),
});
export type PortableManifest = z.infer<typeof PortableManifest>;

export function nameOf({ sha256 }: Pick<StoredFile, 'sha256'>): string {
  return `files/${sha256}`;
}

export function isPortableName(name: string): boolean {
  return [manifestName, pageName, handoffName].includes(name) || /^files\/[0-9a-f]{64}$/.test(name);
}

/**
 * Reads a manifest that a stranger may have written.
 *
 * @throws ConvoSyncError `portable-newer-format`, or `portable-unreadable` with the reason `bad-manifest`
 */
export function readPortableManifest(bytes: Uint8Array): PortableManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw badManifest(cause);
  }
  const version = z.object({ v: z.int() }).safeParse(value);
  if (version.success && version.data.v > portableFormat) {
    throw new ConvoSyncError('portable-newer-format', 'The portable session is in a newer format.', { details: { format: version.data.v } });
  }
  const parsed = PortableManifest.safeParse(value);
  if (!parsed.success || !isOfOnePiece(parsed.data)) {
    throw badManifest(parsed.error);
  }
  return parsed.data;
}

/** What belongs together says the same, and no name of it leads out of where it belongs. */
function isOfOnePiece({ summary, session, files }: PortableManifest): boolean {
  const { conversations, code } = session;
  const sizes = new Map(files.map(({ name, size }) => [name, size]));
  return summary.id === session.session
    && summary.commit === code.commit
    && summary.branch === code.branch
    && new Set(files.map(({ name }) => name)).size === files.length
    && files.every(({ name, sha256 }) => isPortableName(name) && name !== manifestName && (!name.startsWith('files/') || name === nameOf({ sha256 })))
    && filesOf(session).every((file) => sizes.get(nameOf(file)) === file.size && isInside(file.path))
    && new Set(conversations.map(({ agent, id }) => `${agent}\0${id}`)).size === conversations.length
    && conversations.every(({ id, folder }) => /^[A-Za-z0-9_][\w.-]{0,199}$/.test(id) && isInside(folder));
}

function badManifest(cause: unknown): ConvoSyncError {
  return new ConvoSyncError('portable-unreadable', 'The manifest of the portable session is not readable.', { cause, details: { reason: 'bad-manifest' } });
}
