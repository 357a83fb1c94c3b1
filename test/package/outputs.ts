/**
 * What the bundler has made into dist/, as its dist/meta.json tells it: which files a start of the extension, or of the
 * command line, reads. Of chunks only the sources that begin them are known by name; the rest are named by their hash.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

interface Output {
  bytes: number;
  /** The source, from the checkout on, that this file is made for; absent for what several share. */
  entryPoint?: string;
  imports: { path: string; kind: string; external?: boolean }[];
}

/** By file, from the checkout on: `dist/extension.mjs`. */
export type Outputs = Readonly<Record<string, Output>>;

/**
 * What every window reads that the extension is active in, without anybody asking for anything: `activate()`, the shell
 * right after it, and core for the first look. An `import()` behind these is for what is less needed.
 */
export const everyWindow = ['src/extension.ts', 'src/vscode/shell.ts', 'src/core/common/runtime.ts', 'src/core/operations/createConvoSync.ts'];

/** Of the last build. */
export async function readOutputs(): Promise<Outputs> {
  return (JSON.parse(await readFile(path.join(root, 'dist/meta.json'), 'utf8')) as { outputs: Outputs }).outputs;
}

/** The files that are read together with these sources, theirs among them; throws where a source begins no file. */
export function readWith(outputs: Outputs, ...sources: string[]): Set<string> {
  return follow(outputs, sources, (kind) => kind === 'import-statement');
}

/** All that these sources can ever read. */
export function reachableFrom(outputs: Outputs, ...sources: string[]): Set<string> {
  return follow(outputs, sources, () => true);
}

export function bytesOf(outputs: Outputs, files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? NaN), 0);
}

function follow(outputs: Outputs, sources: readonly string[], follows: (kind: string) => boolean): Set<string> {
  const found = new Set<string>();
  const waiting = sources.map((source) => {
    const file = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === source);
    if (file === undefined) {
      throw new Error(`${source} begins no file of the build`);
    }
    return file;
  });
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (!found.has(file)) {
      found.add(file);
      waiting.push(...(outputs[file]?.imports ?? []).filter(({ kind, external = false }) => !external && follows(kind)).map((one) => one.path));
    }
  }
  return found;
}
