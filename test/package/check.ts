/**
 * What is shipped: `node test/package/check.ts <file.vsix>` fails when the package holds a file that is not meant to
 * travel, a native addon (the package is one for all platforms), a source map, or lacks something it promises.
 */
import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';

interface Manifest {
  main: string;
  bin: Record<string, string>;
  icon?: string;
  version: string;
}

const EXTENSION_LIMIT = 500_000;
const expected = [
  /^extension\/(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE(\.txt)?)$/i,
  /^extension\/dist\/((extension|shell|age|stores|cleaning|handoff|keys|sessionPage|snapshots)\.cjs|(cli|commandLine)\.mjs)$/,
  /^extension\/dist\/media\/[\w.-]+\.(js|css|ttf)$/,
  /^extension\/media\/(icons\/[\w.-]+|icon)\.(svg|png)$/,
  /^extension\/media\/walkthrough\/[\w.-]+\.(svg|png|md)$/,
  /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
];

const [file = 'convosync.vsix'] = process.argv.slice(2);
const files = unzipSync(await readFile(file));
const sizes = new Map(Object.entries(files).filter(([name]) => !name.endsWith('/')).map(([name, bytes]) => [name, bytes.byteLength]));
const manifest = JSON.parse(Buffer.from(files['extension/package.json'] ?? []).toString('utf8')) as Manifest;

const promised = [manifest.main, ...Object.values(manifest.bin), ...(manifest.icon === undefined ? [] : [manifest.icon]), 'dist/shell.cjs', 'dist/age.cjs', 'dist/stores.cjs', 'dist/cleaning.cjs', 'dist/handoff.cjs', 'dist/keys.cjs', 'dist/sessionPage.cjs', 'dist/snapshots.cjs', 'dist/commandLine.mjs', 'dist/media/session.js', 'dist/media/session.css', 'readme.md', 'changelog.md', 'LICENSE.txt']
  .map((name) => `extension/${name.replace(/^\.\//, '')}`);

const faults = [
  ...[...sizes.keys()].filter((name) => !expected.some((pattern) => pattern.test(name))).map((name) => `${name} is not meant to be shipped`),
  ...[...sizes.keys()].filter((name) => name.endsWith('.node')).map((name) => `${name} is a native addon`),
  ...promised.filter((name) => !sizes.has(name)).map((name) => `${name} is missing`),
  ...tooLarge(['extension/dist/extension.cjs', 'extension/dist/shell.cjs'], EXTENSION_LIMIT),
];

for (const [name, size] of [...sizes].sort()) {
  console.log(`${String(size).padStart(9)}  ${name}`);
}
for (const fault of faults) {
  console.error(`✘ ${fault}`);
}
console.log(`convosync ${manifest.version}: ${sizes.size} files`);
process.exitCode = faults.length === 0 ? 0 : 1;

function tooLarge(names: readonly string[], limit: number): string[] {
  const size = names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  return size > limit ? [`${names.join(' and ')} have ${size} bytes, the limit is ${limit}`] : [];
}
