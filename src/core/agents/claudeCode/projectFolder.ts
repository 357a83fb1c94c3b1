/**
 * The name of the folder under `projects/` in which Claude Code keeps the conversations of a working directory:
 * every UTF-16 unit outside `[a-zA-Z0-9]` becomes `-`; a name over 200 characters is cut there and gets `-` and the
 * base-36 value of a 32-bit string hash of the whole path. So the name is lossy: `a.b`, `a-b` and `a_b` share one.
 * Rule and hash were measured on Claude Code 2.1.
 */
const longestName = 200;

/** @param folder absolute and with symbolic links resolved, as the agent itself sees it; Windows paths as they are */
export function projectFolderName(folder: string): string {
  const name = spelled(folder);
  return name.length <= longestName ? name : `${name.slice(0, longestName)}-${stringHash(folder)}`;
}

/** False only when the project folder `name` cannot belong to `folder` or to anything below it, in any spelling of case. */
export function mayBelongBelow(name: string, folder: string): boolean {
  return name.toLowerCase().startsWith(spelled(folder).slice(0, longestName).toLowerCase());
}

function spelled(folder: string): string {
  return folder.replace(/[^a-zA-Z0-9]/g, '-');
}

function stringHash(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  }
  return Math.abs(hash).toString(36);
}
