import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const top = path.resolve(import.meta.dirname, '../../..');
const pages = ['README.md', 'CHANGELOG.md', 'src/README.md', ...globSync('media/guides/*.md', { cwd: top })];

describe('Links in the documentation', () => {
  for (const page of pages) {
    it(`lead from ${page.replaceAll('\\', '/')} to files that are there, and to headings in them`, () => {
      assert.deepEqual(linksOf(page).filter((link) => !leadsSomewhere(page, link)), []);
    });
  }

  it('show every picture that was taken for them, each told in words, too', () => {
    const pictures = globSync('media/readme/*', { cwd: top }).map((file) => file.replaceAll('\\', '/')).sort();
    assert.deepEqual([...new Set(linksOf('README.md'))].filter((link) => link.startsWith('media/readme/')).sort(), pictures);
    assert.doesNotMatch(prose('README.md'), /!\[\]\(|<img (?![^>]*alt="\w)/);
  });

  it('are found as a reader would', () => {
    assert.ok(linksOf('README.md').includes('src/README.md'));
    assert.ok(leadsSomewhere('README.md', '#what-it-promises-and-where-that-ends'));
    assert.ok(leadsSomewhere('src/README.md', '../README.md#see-for-yourself-and-get-everything-out-without-convosync'));
    assert.ok(!leadsSomewhere('README.md', 'src/NOTHING.md'));
    assert.ok(!leadsSomewhere('README.md', '#not-a-heading'));
    assert.ok(!leadsSomewhere('README.md', '#save-the-code-and-the-conversation'));
  });
});

/** Where the links and pictures of a page lead, the web left out. */
function linksOf(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"/g)].flatMap(([, link, picture = '']) => (/^[a-z]+:/.test(link ?? picture) ? [] : [link ?? picture]));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), file);
  return existsSync(path.join(top, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

/** As GitHub and VS Code name headings. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-'));
}

/** A page without its blocks of code, where what looks like a heading or a link is none. */
function prose(page: string): string {
  return readFileSync(path.join(top, page), 'utf8').replace(/^( *)```[^]*?^\1```$/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
}
