/**
 * Which files of the repository a conversation wrote. Agents name absolute paths of the machine they ran on; a conversation
 * that has travelled holds paths of several machines. A path is taken relative to this machine's top, else to the outermost
 * working directory that the conversation's own records name above it. What lies outside of all is no file of the repository.
 */
import * as path from 'node:path';
import type { Message } from '../session/message.ts';

export class TouchedFiles {
  /** Outermost first, with `/` and without one at the end. */
  readonly #roots: readonly string[];

  constructor(top: string, messages: readonly Message[]) {
    const folders = new Set(messages.flatMap(({ workingDirectory }) => (workingDirectory === undefined ? [] : [normalise(workingDirectory)])));
    const outermostFirst = [...folders].filter(isAbsolute).sort((a, b) => a.length - b.length);
    this.#roots = [normalise(top), ...outermostFirst];
  }

  /** Relative to the repository's top, with `/`, each once, in order. */
  by(message: Message): string[] {
    const written = message.blocks.flatMap((block) => (block.type === 'toolCall' ? block.writes : []));
    const files = written.map((file) => this.#inRepository(file, message.workingDirectory)).filter((file) => file !== undefined);
    return [...new Set(files)];
  }

  /** The path as people of the repository know it; one that lies outside stays as it is. */
  named(file: string, { workingDirectory }: Message): string {
    return isAbsolute(normalise(file)) ? (this.#inRepository(file, workingDirectory) ?? file) : file;
  }

  #inRepository(file: string, workingDirectory: string | undefined): string | undefined {
    const written = normalise(file);
    const absolute = isAbsolute(written) || workingDirectory === undefined ? written : normalise(`${workingDirectory}/${written}`);
    if (!isAbsolute(absolute)) {
      return inside(absolute);
    }
    for (const root of this.#roots) {
      const within = relativeTo(root, absolute);
      if (within !== undefined) {
        return within;
      }
    }
    return undefined;
  }
}

function normalise(file: string): string {
  const slashed = isWindowsPath(file) ? file.replaceAll('\\', '/') : file;
  return path.posix.normalize(slashed).replace(/(?<=[^/])\/+$/, '');
}

function isWindowsPath(file: string): boolean {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(file);
}

function isAbsolute(file: string): boolean {
  return file.startsWith('/') || /^[A-Za-z]:\//.test(file);
}

function relativeTo(root: string, file: string): string | undefined {
  const prefix = root.endsWith('/') ? root : `${root}/`;
  // Windows does not tell cases apart, and agents write its drives in either.
  const starts = /^[A-Za-z]:\//.test(root) ? file.toLowerCase().startsWith(prefix.toLowerCase()) : file.startsWith(prefix);
  return starts ? inside(file.slice(prefix.length)) : undefined;
}

function inside(file: string): string | undefined {
  return file === '' || file === '.' || file === '..' || file.startsWith('../') ? undefined : file;
}
