/**
 * Packs what was built: `node test/package/pack.ts <file.vsix>`. VS Code reads a manifest's sentences from tables beside it, one a language,
 * so what is packed is laid out in a folder of its own, where the manifest has keys in place of sentences (see `src/l10n/manifest.ts`).
 */
import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { manifestSentences, withKeys } from '../../src/l10n/manifest.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'out/package');
const [file = 'convosync.vsix'] = process.argv.slice(2);

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const name of ['dist', 'media']) {
  await cp(path.join(root, name), path.join(folder, name), { recursive: true });
}
for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore']) {
  await copyFile(path.join(root, name), path.join(folder, name));
}

const manifest = await readJson<Parameters<typeof withKeys>[0] & object>('package.json');
const sentences = [...manifestSentences(manifest)];
// What only a checkout needs is no part of what people install.
await writeJson('package.json', { ...withKeys(manifest) as object, scripts: undefined, devDependencies: undefined });
await writeJson('package.nls.json', Object.fromEntries(sentences));
for (const { name: language } of (await readdir(path.join(root, 'src/l10n'), { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
  const translations = await readJson<Record<string, string>>(`src/l10n/${language}/manifest.json`);
  await writeJson(`package.nls.${language}.json`, Object.fromEntries(sentences.map(([place, sentence]) => [place, translations[sentence] ?? sentence])));
}
execFileSync(path.join(root, 'node_modules/.bin/vsce'), ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', path.resolve(file)], { cwd: folder, stdio: 'inherit' });

async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(path.join(root, name), 'utf8')) as T;
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await writeFile(path.join(folder, name), JSON.stringify(value, undefined, 2));
}
