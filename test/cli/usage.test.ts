import { buildSync } from 'esbuild';
import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { attempt } from '../support/run.ts';
import type { Attempt } from '../support/run.ts';
import { World } from '../support/device.ts';
import { convosync, convosyncJson, placeOf, program, start } from './commandLine.ts';
import type { Place } from './commandLine.ts';

const verbs = [['save'], ['resume'], ['status'], ['sync'], ['list'], ['search'], ['diff'], ['replay'], ['delete'], ['devices'], ['devices', 'rename'], ['handoff', 'show'], ['handoff', 'generate'], ['handoff', 'history'], ['handoff', 'diff'], ['handoff', 'search'], ['vault'], ['vault', 'unlock'], ['vault', 'lock'], ['vault', 'passphrase'], ['vault', 'recovery-key'], ['vault', 'use'], ['vault', 'check'], ['vault', 'move'], ['hooks', 'install'], ['mcp']];
 
const escapes = /\u001b/;

describe('the command line', function () {
  this.timeout(60_000);
  let world: World;
  let place: Place;

  before(() => {
    world = new World();
    const device = world.device('desktop');
    device.folder = path.join(device.home, 'empty');
    mkdirSync(device.folder);
    place = placeOf(device);
  });
  after(() => world[Symbol.dispose]());

  for (const verb of verbs) {
    it(`explains ${verb.join(' ')} with --help, plainly in a pipe`, async () => {
      const { code, stdout, stderr } = await convosync(place, ...verb, '--help');
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.match(stdout, new RegExp(`^Usage: convosync ${verb.join(' ')} `));
      assert.match(stdout, /Options of every command:[^]*--cwd[^]*--verbose/);
      assert.doesNotMatch(stdout, escapes);
      if (verb.length === 1) {
        assert.match(stdout, new RegExp(`Examples:\n {2}convosync ${verb[0] ?? ''}`));
      }
    });
  }

  it('documents its exit codes', async () => {
    const { stdout } = await convosync(place, '--help');
    assert.match(stdout, /Exit codes:\n {4}0 {2}done\n {4}1 .*\n {4}2 .*\n {4}3 .*\n {4}4 .*\n {4}5 .*\n {4}6 .*\n {4}7 .*\n {4}8 .*\n {2}130 {2}cancelled\n/);
  });

  it('explains handoffs with what can be typed about them', async () => {
    const { code, stdout } = await convosync(place, 'handoff', '--help');
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: convosync handoff [^]*Examples:\n {2}convosync handoff /);
  });

  it('gives its version', async () => {
    assert.match((await convosync(place, '--version')).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  const mistakes: [args: string[], sentence: RegExp][] = [
    [['sav'], /unknown command 'sav'\n\(Did you mean save\?\)/],
    [['save', '--stash-it'], /unknown option '--stash-it'/],
    [['save', 'one', 'two'], /too many arguments/],
    [['save', '--on', 'diverged'], /<finding>=<remedy>/],
    [['save', '--on', 'diverged=fly'], /“fly” is no answer\. There are, [^]*pull-merge, pull-rebase/],
    [['save', '--on', 'weather=stash'], /nothing that is called “weather”\. There are: [^]*diverged, /],
    [['save', '--undo', '--interactive'], /cannot be used with/],
    [['save', '--undo', 'extra'], /✗ convosync save --undo takes the last save here back, without naming it: leave out “extra”\./],
    [['save', '--retry', 'extra'], /✗ convosync save --retry sends what waits, and saves nothing: leave out “extra”\./],
    [['resume', '--list', '3f2a'], /✗ convosync resume --list lists all sessions: leave out “3f2a”, or “--list”\./],
    [['resume', '--undo', '3f2a'], /✗ convosync resume --undo takes the last resume here back, without naming it: leave out “3f2a”\./],
    [['resume', '--switch-branch', '--stay-on-branch'], /cannot be used with/],
    [['resume', '--exact', '--stay-on-branch'], /cannot be used with/],
    [['save', '--conversation', '3f2a', '--no-conversation'], /'--no-conversation' cannot be used with option '--conversation'/],
    [['resume', '--no-start', '--start'], /'--no-start' cannot be used with option '--start'/],
    [['resume', '--pull', '--no-pull'], /'--no-pull' cannot be used with option '--pull'/],
    [['list', '--handoff-file', 'both'], /Allowed choices are none, device, plugin/],
    [['devices', 'rename'], /missing required argument/],
    [['replay'], /required option '--at-commit <commit>' not specified/],
    [['diff', '3f2a'], /missing required argument 'to'/],
    [['search'], /missing required argument 'words'/],
    [['search', 'x', '--limit', '0'], /A whole number from 1 to 999999\./],
    [['search', 'x', '--limit', 'abc'], /A whole number from 1 to 999999\./],
    [['vault', 'clean', '--days', '-1'], /A whole number from 0 to 999999\./],
    [['handoff', 'diff', '3f2a'], /missing required argument 'to'/],
    [['vault', 'unlok'], /unknown command 'vault unlok'\. There are: code, .*unlock/],
    [['status', '--cwd', 'nowhere'], /There is no folder .*nowhere\./],
    [['save', '--cwd', '/etc/hostname'], /There is no folder \/etc\/hostname\./],
  ];
  for (const [args, sentence] of mistakes) {
    it(`ends with 2 and a sentence for: convosync ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await convosync(place, ...args);
      assert.equal(code, 2);
      assert.match(stderr, sentence);
      assert.equal(stdout, '');
    });
  }

  it('answers mistakes in JSON where JSON was asked for', async () => {
    const { code, document } = await convosyncJson(place, 'list', '--colour');
    assert.equal(code, 2);
    assert.deepEqual(document, { error: { code: 'usage', message: "unknown option '--colour'" } });
  });

  for (const args of [['save', 'x'], ['resume'], ['status'], ['list'], ['delete', '3f2a', '--yes'], ['save', '--undo'], ['save', '--retry'], ['resume', '--undo'], ['resume', '--read-only', '3f2a'], ['devices']]) {
    it(`refuses outside a repository, with the way out: convosync ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await convosync(place, ...args);
      assert.equal(code, 3);
      assert.equal(stdout, '');
      assert.match(stderr, /^✗ This folder is not in a git repository: .*empty\.\n/);
      assert.match(stderr, /git init && git commit |git clone /);
      const { document } = await convosyncJson(place, ...args);
      const { error } = document as { error: { code: string; findings: { code: string }[] } };
      assert.equal(error.code, 'preflight-refused');
      assert.deepEqual(error.findings.map((finding) => finding.code), ['not-a-repository']);
    });
  }

  it('works in the folder named by --cwd, relative to where one is', async () => {
    const { stderr } = await convosync({ ...place, folder: path.dirname(place.folder) }, 'save', '-C', 'empty');
    assert.match(stderr, /not in a git repository: .*\/empty\./);
    const before = await convosync({ ...place, folder: path.dirname(place.folder) }, '-C', 'empty', 'save');
    assert.deepEqual([before.code, before.stderr], [3, stderr], 'as well before the verb, as git takes it');
  });

  const onOldNode = (...args: string[]): Promise<Attempt> => withImport('import zlib from "node:zlib"; import { syncBuiltinESMExports } from "node:module"; delete zlib.zstdCompressSync; syncBuiltinESMExports();', ...args);
  const withImport = (script: string, ...args: string[]): Promise<Attempt> =>
    attempt(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(script)}`, program, ...args], { cwd: place.folder, env: place.env });

  it('refuses a Node that is too old with a sentence, before anything else is loaded', async () => {
    const { code, stdout, stderr } = await onOldNode('status');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^ConvoSync needs Node 22\.19 or newer; this is [\d.]+\./);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });

  it('answers in JSON that a Node is too old, where JSON was asked for', async () => {
    const { code, stdout } = await onOldNode('status', '--json');
    assert.equal(code, 1);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'runtime-too-old');
  });

  it('loads in any Node as far as that is proven', () => {
    const entry = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
    const { metafile } = buildSync({ entryPoints: [entry], outdir: world.folder, write: false, bundle: true, metafile: true, platform: 'node', format: 'esm', external: ['./commandLine.ts'] });
    const loaded = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'import-statement').map((one) => one.path));
    assert.deepEqual(loaded, ['node:zlib']);
  });

  it('keeps the warnings of Node, except that its SQLite is young', async () => {
    const { stderr } = await withImport('process.once("beforeExit", () => { process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning"); process.emitWarning("Something else"); })', '--version');
    assert.doesNotMatch(stderr, /SQLite/);
    assert.match(stderr, /Warning: Something else/);
  });

  it('lets a reader leave early', async () => {
    const child = start(place, '--help');
    child.stdout.destroy();
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const [code] = await once(child, 'close') as [number | null];
    assert.equal(code, 0);
    assert.equal(Buffer.concat(stderr).toString(), '');
  });

  it('says in a line that its answer does not fit on the disk', async function () {
    if (!existsSync('/dev/full')) {
      this.skip();
    }
    const { code, stderr } = await attempt('sh', ['-c', '"$@" > /dev/full', 'sh', process.execPath, program, '--help'], { cwd: place.folder, env: place.env });
    assert.deepEqual([code, stderr], [1, '✗ The answer could not be written: the disk is full.\n']);
  });
});
