import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onlyIcons, pageOptions } from '../../../media/esbuild.page.ts';
import { iconNames } from '../../../src/protocol/iconNames.ts';
import { pageBundle } from './support/bundle.ts';

const root = join(import.meta.dirname, '../../..');
const SIZE_LIMIT = 250_000;

describe('the bundle of the session page', function () {
  this.timeout(30_000);

  it(`is not larger than ${SIZE_LIMIT / 1000} KB, script and style sheet together`, async () => {
    const files = await pageBundle();
    const size = (files.get('session.js')?.byteLength ?? 0) + (files.get('session.css')?.byteLength ?? 0);
    assert.ok(size > 0 && size <= SIZE_LIMIT, `${size} bytes`);
  });

  it('has the icons that the page shows, and no other', async () => {
    const style = Buffer.from((await pageBundle()).get('session.css') ?? []).toString('utf8');
    const bundled = [...style.matchAll(/\.codicon-([a-z0-9-]+):{1,2}before/g)].map(([, name]) => name);
    assert.deepEqual(bundled.toSorted(), [...iconNames]);
  });

  it('lists no icon that is not used', async () => {
    const folder = join(root, 'media/session');
    const files = [join(root, 'src/protocol/deviceIcons.ts'), ...(await readdir(folder)).map((name) => join(folder, name))];
    const sources = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
    assert.deepEqual(iconNames.filter((name) => !sources.includes(`'${name}'`) && !sources.includes(`"${name}"`)), []);
  });

  it('is not built with a name that is not a codicon', async () => {
    const mistaken = build({ ...pageOptions, absWorkingDir: root, write: false, logLevel: 'silent', plugins: [onlyIcons([...iconNames, 'unicorn'])] });
    await assert.rejects(mistaken, /There is no codicon “unicorn”/);
  });
});
