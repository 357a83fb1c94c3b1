/** What the tests in a real VS Code drive, read from their sources: nothing of the interface is left to be tried by its users first. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Remedy } from '../../../src/core/git/finding.ts';
import { remedyLabel } from '../../../src/wording/findings.ts';

interface Contributions {
  commands: { command: string; title: string }[];
  menus: { commandPalette: { command: string; when: string }[] };
  views: { convosync: { name: string }[] };
  viewsWelcome: { view: string; contents: string }[];
}

const root = path.resolve(import.meta.dirname, '../../..');
/** A new one does not compile until it is here. */
const remedies: Record<Remedy, true> = {
  initialise: true, clone: true, 'open-folder': true, 'add-remote': true, 'create-branch': true, 'open-files': true, 'pull-merge': true, 'pull-rebase': true, 'new-branch': true, 'discard-local': true,
  exact: true, switch: true, stay: true, worktree: true, 'open-other': true, stash: true, commit: true, snapshot: true, everything: true, 'save-unpushed': true, locate: true,
  without: true, 'last-good': true, redact: true, 'keep-secrets': true, retry: true,
};

describe('the tests in VS Code', () => {
  let contributes: Contributions;
  let sources: string;

  before(async () => {
    ({ contributes } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { contributes: Contributions });
    const folders = ['test/ui/vscode', 'test/ui/assistants'].map((folder) => path.join(root, folder));
    const files = (await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((name) => path.join(folder, name))))).flat();
    sources = (await Promise.all(files.filter((file) => file.endsWith('.test.ts')).map((file) => readFile(file, 'utf8')))).join('\n');
  });

  /** What these methods of the page objects are given last, as it stands in a test or in a table of one. */
  const given = (...methods: string[]): string[] => [
    ...sources.matchAll(new RegExp(`\\b(?:${methods.join('|')})\\((?:[^\\n]*, )?'([^'\\n]*)'\\)`, 'g')),
    ...sources.matchAll(/\['([^'\n]+)', \//g),
  ].map(([, literal = '']) => literal);
  const plain = (title: string): string => title.replace(/^ConvoSync: /, '').replace(/…$/, '');

  it('run every command of the palette', () => {
    const hidden = contributes.menus.commandPalette.flatMap(({ command, when }) => (when === 'false' ? [command] : []));
    const run = given('command', 'typeCommand', 'itemAction').map(plain);
    assert.deepEqual(contributes.commands.filter(({ command, title }) => !hidden.includes(command) && !run.includes(plain(title))), []);
  });

  it('press the button of every way out', () => {
    const pressed = given('answerModal', 'pressInModal', 'answerToast', 'turned');
    assert.deepEqual((Object.keys(remedies) as Remedy[]).filter((remedy) => !pressed.includes(remedyLabel(remedy))), []);
  });

  it('look at every view, and at what it says where it has nothing to show', () => {
    const shown = given('showView', 'tree');
    const literals = [...sources.matchAll(/'([A-Z][^'\n]{14,}|locked on this device)'/g)].map(([, literal = '']) => literal);
    assert.deepEqual(contributes.views.convosync.filter(({ name }) => !shown.includes(name)), []);
    assert.deepEqual(contributes.viewsWelcome.filter(({ contents }) => !literals.some((literal) => contents.includes(literal))), []);
  });
});
