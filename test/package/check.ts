/**
 * What is shipped: `node test/package/check.ts <file.vsix>`, right after it was packaged, fails when the package holds a
 * file that is not meant to travel, a native addon (the package is one for all platforms), a source map, or lacks
 * something it promises, or a sentence of its manifest in any language; when it is too large, or what every window
 * reads is; and when the command line could reach for VS Code.
 */
import { unzipSync } from 'fflate';
import { readFile, stat } from 'node:fs/promises';
import { bytesOf, everyWindow, reachableFrom, readOutputs, readWith } from './outputs.ts';

interface Manifest {
  main: string;
  bin: Record<string, string>;
  icon?: string;
  version: string;
}

const EVERY_WINDOW_LIMIT = 500_000;
const ACTIVATION_LIMIT = 10_000;
const PACKAGE_LIMIT = 1_100_000;

const [file = 'convosync.vsix'] = process.argv.slice(2);
const outputs = await readOutputs();
const built = Object.keys(outputs).filter((name) => !name.endsWith('.map'));
const expected = [
  /^extension\/(package(\.nls(\.[a-z-]+)?)?\.json|readme\.md|changelog\.md|LICENSE(\.txt)?)$/i,
  /^extension\/dist\/l10n\/(bundle\.l10n|page)\.[a-z-]+\.json$/,
  /^extension\/media\/(icons\/[\w.-]+|icon)\.(svg|png)$/,
  /^extension\/media\/walkthrough\/[\w.-]+\.(svg|png|md)$/,
  /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
];

const files = unzipSync(await readFile(file));
const sizes = new Map(Object.entries(files).filter(([name]) => !name.endsWith('/')).map(([name, bytes]) => [name, bytes.byteLength]));
const manifest = JSON.parse(Buffer.from(files['extension/package.json'] ?? []).toString('utf8')) as Manifest;

const shipped = new Set(built.map((name) => `extension/${name}`));
const promised = [manifest.main, ...Object.values(manifest.bin), ...(manifest.icon === undefined ? [] : [manifest.icon]), ...built, 'readme.md', 'changelog.md', 'LICENSE.txt']
  .map((name) => `extension/${name.replace(/^\.\//, '')}`);

/** What stands in the manifest in place of its sentences, each found in the table of every language. */
const keys = [...JSON.stringify(manifest).matchAll(/"%([\w.-]+)%"/g)].map(([, key = '']) => key);
const languages = [...sizes.keys()].flatMap((name) => /^extension\/package\.nls\.([a-z-]+)\.json$/.exec(name)?.[1] ?? []);
const tables = ['package.nls.json', ...languages.map((language) => `package.nls.${language}.json`)];

const activation = readWith(outputs, 'src/extension.ts');
const window = readWith(outputs, ...everyWindow);
const faults = [
  ...[...sizes.keys()].filter((name) => !shipped.has(name) && !expected.some((pattern) => pattern.test(name))).map((name) => `${name} is not meant to be shipped`),
  ...[...sizes.keys()].filter((name) => name.endsWith('.node')).map((name) => `${name} is a native addon`),
  ...promised.filter((name) => !sizes.has(name)).map((name) => `${name} is missing`),
  ...tables.flatMap((name) => missingIn(name).map((key) => `${name} says nothing for ${key}`)),
  ...languages.flatMap((language) => [`bundle.l10n.${language}`, `page.${language}`]).filter((name) => !sizes.has(`extension/dist/l10n/${name}.json`)).map((name) => `${name}.json is missing`),
  ...tooLarge('What activation reads', bytesOf(outputs, activation), ACTIVATION_LIMIT),
  ...tooLarge('What every window reads', bytesOf(outputs, window), EVERY_WINDOW_LIMIT),
  ...tooLarge('The package', (await stat(file)).size, PACKAGE_LIMIT),
  ...[...reachableFrom(outputs, 'src/cli/main.ts')].filter((name) => outputs[name]?.imports.some((one) => one.path === 'vscode')).map((name) => `${name} is for the command line too, and imports vscode`),
];

for (const [name, size] of [...sizes].sort()) {
  console.log(`${String(size).padStart(9)}  ${name}`);
}
console.log(`${String(bytesOf(outputs, activation)).padStart(9)}  in ${activation.size} files: what activation reads`);
console.log(`${String(bytesOf(outputs, window)).padStart(9)}  in ${window.size} files: what every window reads`);
for (const fault of faults) {
  console.error(`✘ ${fault}`);
}
console.log(`convosync ${manifest.version}: ${sizes.size} files`);
process.exitCode = faults.length === 0 ? 0 : 1;

function missingIn(table: string): string[] {
  const said = JSON.parse(Buffer.from(files[`extension/${table}`] ?? '{}').toString('utf8')) as Record<string, string>;
  return keys.filter((key) => (said[key] ?? '') === '');
}

function tooLarge(what: string, size: number, limit: number): string[] {
  return size > limit ? [`${what} has ${size} bytes, the limit is ${limit}`] : [];
}
