import type { SessionManifest, StoredBundle, StoredCode, StoredFile } from './session.ts';

/** Every file that a session is made of. */
export function filesOf({ conversations, code, companions = [] }: SessionManifest): StoredFile[] {
  return [...conversations.flatMap(({ files }) => files), ...[code, ...companions].flatMap(bundlesOf).map(({ file }) => file)];
}

function bundlesOf({ bundles, snapshot }: StoredCode): StoredBundle[] {
  return [...bundles, ...(snapshot ? [snapshot.bundle] : [])];
}

/** A manifest that names other files in place of its own, one made after the other. */
export async function withFiles(manifest: SessionManifest, change: (file: StoredFile) => Promise<StoredFile>): Promise<SessionManifest> {
  const changed = new Map<StoredFile, StoredFile>();
  for (const file of filesOf(manifest)) {
    changed.set(file, await change(file));
  }
  const { conversations, code, companions } = manifest;
  const other = (file: StoredFile): StoredFile => changed.get(file) ?? file;
  const otherBundle = (bundle: StoredBundle): StoredBundle => ({ ...bundle, file: other(bundle.file) });
  const otherCode = <Code extends StoredCode>(one: Code): Code => ({ ...one, bundles: one.bundles.map(otherBundle), ...(one.snapshot ? { snapshot: { ...one.snapshot, bundle: otherBundle(one.snapshot.bundle) } } : {}) });
  return {
    ...manifest,
    conversations: conversations.map((conversation) => ({ ...conversation, files: conversation.files.map(other) })),
    code: otherCode(code),
    ...(companions ? { companions: companions.map(otherCode) } : {}),
  };
}
