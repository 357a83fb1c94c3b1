const fileHeader = /^\*\*\* (?:Add|Update|Delete) File: (.+)$|^\*\*\* Move to: (.+)$/gm;

/** The files that a patch of the form `*** Begin Patch` names, as it names them. */
export function patchedFiles(patch: string): string[] {
  const files = [...patch.matchAll(fileHeader)].map(([, changed, moved]) => (changed ?? moved ?? '').trim());
  return [...new Set(files)].filter((file) => file !== '');
}
