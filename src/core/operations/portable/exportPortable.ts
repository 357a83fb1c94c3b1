/** Writes a session of the vault as a portable one (see `core/portable/manifest`). */
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError } from '../../common/errors.ts';
import { marked } from '../../common/marked.ts';
import { tryLstat, writeFileAtomic } from '../../common/files.ts';
import { randomId, sha256, sha256File } from '../../common/hash.ts';
import { createBundle } from '../../git/bundle.ts';
import { handoffName, manifestName, nameOf, pageName, portableFormat, type PortableFile, type PortableManifest } from '../../portable/manifest.ts';
import { portableBounds } from '../../portable/portableSession.ts';
import { type FileToPack, packZip } from '../../portable/zipWriter.ts';
import type { SessionContext } from '../../session/context.ts';
import type { StoredBundle, StoredFile } from '../../session/session.ts';
import { filesOf, withFiles } from '../../session/storedFiles.ts';
import type { SavedSession } from '../../vault/state.ts';
import type { Vault } from '../../vault/vault.ts';
import type { ReadOptions } from '../convosync.ts';
import { openIn, openToLook } from '../look.ts';
import type { Parts } from '../parts.ts';
import type { DescribedSession, OpenedSession } from '../report.ts';
import { type Arriving, bringCode } from '../resume/bringCode.ts';

export interface PortableRequest {
  /** Absolute. */
  file: string;
  /** Write over a file that is there. */
  force: boolean;
  /** With all commits that lead to the session's, for who cannot reach the remote; else those alone that its default branch did not have. */
  history: boolean;
  /** The session as an HTML document, for people. */
  page: (opened: OpenedSession) => string;
}

export interface ExportedSession {
  session: SavedSession;
  /** Of the file. */
  bytes: number;
}

/** @throws ConvoSyncError as `openSession`; `usage` where the file is there already, or the session is too large for one */
export async function exportPortable(parts: Parts, folder: string, id: string, request: PortableRequest, options: ReadOptions): Promise<ExportedSession> {
  if (!request.force && (await tryLstat(request.file))) {
    throw new ConvoSyncError('usage', marked`There is a file ${path.basename(request.file)} already.`);
  }
  const checkout = await openToLook(parts, folder, options);
  const { vault, ...opened } = await openIn(parts, checkout, id, options);
  if (!request.history) {
    return write(parts, vault, opened, request, options);
  }
  const bundle = path.join(parts.home.root, 'cache', `${randomId()}.bundle`);
  try {
    return await write(parts, vault, opened, { ...request, whole: await bundleHistory(parts, { ...checkout, source: vault }, opened, bundle, options.signal) }, options);
  } finally {
    await rm(bundle, { force: true });
  }
}

/** All that leads to the session's commit, and where it is on this machine. */
interface History {
  bundle: StoredBundle;
  absolute: string;
}

/** What of the code is not here is brought first, as by a resume. @throws ConvoSyncError `commit-missing` where it is nowhere */
async function bundleHistory(parts: Parts, checkout: Arriving, { session, manifest: { code } }: DescribedSession, absolute: string, signal?: AbortSignal): Promise<History> {
  await bringCode(parts, checkout, session, code, signal);
  const { prerequisites = [] } = (await createBundle(checkout.repository, { tip: code.commit, excluding: [] }, absolute, signal)) ?? {};
  return { absolute, bundle: { tip: code.commit, prerequisites, file: { path: 'code/history.bundle', size: (await stat(absolute)).size, sha256: await sha256File(absolute), chunks: [] } } };
}

async function write(parts: Parts, vault: Vault, opened: OpenedSession, { file, page, whole }: PortableRequest & { whole?: History }, options: ReadOptions): Promise<ExportedSession> {
  const { signal, onProgress } = options;
  const { session: saved, manifest: { context, code, ...said } } = opened;
  const session = await withFiles({ ...said, code: { ...code, ...(whole ? { bundles: [whole.bundle] } : {}) }, ...(context ? { context: withoutVariables(context) } : {}) }, (stored) => Promise.resolve(standingAlone(stored)));
  const stored = new Map(filesOf(opened.manifest).map((one) => [nameOf(one), one]));
  const contents = new Map(filesOf(session).map((one) => [nameOf(one), stored.get(nameOf(one)) ?? one]));
  const texts = new Map([[pageName, Buffer.from(page(opened))], ...(said.handoff === '' ? [] : [[handoffName, Buffer.from(said.handoff)] as const])]);
  const files: PortableFile[] = [
    ...[...texts].map(([name, bytes]) => ({ name, size: bytes.byteLength, sha256: sha256(bytes) })),
    ...[...contents].map(([name, { size, sha256: hash }]) => ({ name, size, sha256: hash })),
  ];
  const manifest: PortableManifest = { v: portableFormat, exportedAt: parts.machine.now().toISOString(), device: saved.device, summary: saved.summary, session, files };
  const manifestBytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  if (files.length >= portableBounds.entries || files.reduce((sum, { size }) => sum + size, manifestBytes.byteLength) > portableBounds.bytes) {
    throw new ConvoSyncError('usage', marked`The session is too large for one file: 2 GB and 10,000 files are the most that an import reads.`);
  }
  const packed: FileToPack[] = [
    { name: manifestName, content: [manifestBytes] },
    ...[...texts].map(([name, bytes]) => ({ name, content: [bytes] })),
    ...[...contents].map(([name, one]) => ({ name, content: whole?.bundle.file.sha256 === one.sha256 ? createReadStream(whole.absolute) : vault.contents.read(one, saved, signal) })),
  ];
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of packZip(packed, parts.machine.now())) {
      bytes += piece.byteLength;
      onProgress?.({ phase: 'conversation' });
      yield piece;
    }
  };
  await writeFileAtomic(file, counted(), { mode: 0o600 });
  return { session: saved, bytes };
}

/** What a vault has it in is no matter here. */
function standingAlone({ path: name, size, sha256: hash, redactions }: StoredFile): StoredFile {
  return { path: name, size, sha256: hash, chunks: [], ...(redactions ? { redactions } : {}) };
}

/** Values of variables were kept for the person's own devices. */
function withoutVariables(context: SessionContext): SessionContext {
  const { environment, ...others } = context;
  return environment === undefined ? context : others;
}
