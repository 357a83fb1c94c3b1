/** What a stranger may have put into a file: each is told, and nothing comes of it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { ConvoSyncError } from '../../../../src/core/common/errors.ts';
import { sha256 } from '../../../../src/core/common/hash.ts';
import { type PortableManifest, readPortableManifest } from '../../../../src/core/portable/manifest.ts';
import { portableBounds, PortableSession } from '../../../../src/core/portable/portableSession.ts';
import { listZip, readEntry } from '../../../../src/core/portable/zipReader.ts';
import { packZip } from '../../../../src/core/portable/zipWriter.ts';
import { temporaryFolderPerTest } from '../../../support/temporaryFolder.ts';
import { session } from '../../cli/samples.ts';

const transcript = Buffer.from('{"type":"user"}\n'.repeat(50));
const stored = { path: 'transcript.jsonl', size: transcript.byteLength, sha256: sha256(transcript), chunks: [] };
const transcriptName = `files/${stored.sha256}`;
const page = Buffer.from('<h1>Menu</h1>');
const { summary, device } = session('3f2a9b0c11', { manifest: '0'.repeat(64) });

function manifest(): PortableManifest {
  return {
    v: 1, exportedAt: '2026-03-02T12:00:00Z', device, summary,
    session: {
      v: 1, session: summary.id, handoff: '', code: { repository: { roots: [], name: 'shop' }, branch: 'main', commit: summary.commit, subject: summary.subject, clean: true, pushed: true, bundles: [] },
      conversations: [{ agent: 'claude-code', id: '11111111-2222', messages: 50, issues: 0, files: [stored], context: [], folder: '' }],
    },
    files: [{ name: 'session.html', size: page.byteLength, sha256: sha256(page) }, { name: transcriptName, size: stored.size, sha256: stored.sha256 }],
  };
}

function contents(changes: Zippable = {}, said: object = manifest()): Zippable {
  return { 'manifest.json': Buffer.from(JSON.stringify(said)), 'session.html': page, [transcriptName]: transcript, ...changes };
}

const whole = zipSync(contents());

/** The zip with some bytes written over, from where `mark` stands for the `nth` time, `offset` bytes on. */
function patched(zip: Uint8Array, mark: Uint8Array | string, nth: number, offset: number, bytes: readonly number[]): Uint8Array {
  const copy = Buffer.from(zip);
  let at = -1;
  for (let found = 0; found <= nth; found++) {
    at = copy.indexOf(mark, at + 1);
  }
  assert.ok(at >= 0);
  copy.set(bytes, at + offset);
  return copy;
}

const directoryEntry = Buffer.from([0x50, 0x4b, 1, 2]);
const localEntry = Buffer.from([0x50, 0x4b, 3, 4]);
const end = Buffer.from([0x50, 0x4b, 5, 6]);

function without(name: string): Zippable {
  return Object.fromEntries(Object.entries(contents()).filter(([one]) => one !== name));
}

function changed(change: (said: PortableManifest) => void): Uint8Array {
  const said = manifest();
  change(said);
  return zipSync(contents({}, said));
}

function conversationOf(said: PortableManifest): PortableManifest['session']['conversations'][number] {
  const [first] = said.session.conversations;
  assert.ok(first);
  return first;
}

/** Twice the same name: fflate writes none such, so the second is renamed to the first's length and back. */
function twice(): Uint8Array {
  const other = 'session.htmX';
  return Buffer.from(Buffer.from(zipSync(contents({ [other]: page }))).toString('latin1').replaceAll(other, 'session.html'), 'latin1');
}

describe('a portable session that a stranger may have made', () => {
  const folder = temporaryFolderPerTest();
  let file: string;
  beforeEach(() => {
    file = path.join(folder.path, 'session.zip');
  });

  async function opening(zip: Uint8Array, bounds = portableBounds): Promise<string> {
    writeFileSync(file, zip);
    try {
      await PortableSession.open(file, undefined, bounds);
      return 'opened';
    } catch (error) {
      assert.ok(ConvoSyncError.is(error, 'portable-unreadable', 'portable-newer-format'), String(error));
      return error.code === 'portable-newer-format' ? 'newer' : String(error.details['reason']);
    } finally {
      assert.deepEqual(readdirSync(folder.path), ['session.zip']);
    }
  }

  const cases: [what: string, zip: () => Uint8Array, reason: string][] = [
    ['is as it was written', () => whole, 'opened'],
    ['was packed anew without compression', () => zipSync(contents(), { level: 0 }), 'opened'],
    ['is empty', () => new Uint8Array(), 'not-a-zip'],
    ['is no zip', () => Buffer.from('#!/bin/sh\necho gotcha\n'.repeat(20)), 'not-a-zip'],
    ['is cut off in its directory', () => whole.subarray(0, -30), 'not-a-zip'],
    ['is cut off in the middle', () => whole.subarray(0, whole.byteLength / 2), 'not-a-zip'],
    ['lacks its beginning', () => whole.subarray(5), 'damaged'],
    ['holds a name that climbs out', () => zipSync(contents({ '../../.bashrc': page })), 'unexpected-file'],
    ['holds an absolute name', () => zipSync(contents({ '/etc/cron.d/x': page })), 'unexpected-file'],
    ['holds a name of Windows that climbs out', () => zipSync(contents({ '..\\..\\x.bat': page })), 'unexpected-file'],
    ['holds a drive', () => zipSync(contents({ 'C:\\x.bat': page })), 'unexpected-file'],
    ['holds a folder', () => zipSync(contents({ 'files/': new Uint8Array() })), 'unexpected-file'],
    ['holds a file that its manifest does not name', () => zipSync(contents({ [`files/${'0'.repeat(64)}`]: page })), 'unexpected-file'],
    ['holds a link', () => zipSync(contents({ 'handoff.md': [Buffer.from('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] })), 'link'],
    ['holds two files of one name', twice, 'same-name'],
    ['lacks its manifest', () => zipSync(without('manifest.json')), 'missing-file'],
    ['lacks a file', () => zipSync(without(transcriptName)), 'missing-file'],
    ['holds a file that was changed', () => zipSync(contents({ [transcriptName]: Buffer.from(transcript.toString().replace('user', 'evil')) })), 'changed'],
    ['holds a file that was cut', () => zipSync(contents({ 'session.html': page.subarray(1) })), 'changed'],
    ['is encrypted', () => patched(whole, directoryEntry, 1, 8, [1]), 'encrypted'],
    ['is packed in a way of its own', () => patched(whole, directoryEntry, 1, 10, [12]), 'damaged'],
    ['says less of a size than there is', () => patched(whole, directoryEntry, 2, 24, [1, 0, 0, 0]), 'changed'],
    ['says more of a size than there may be', () => patched(whole, directoryEntry, 2, 24, [255, 255, 255, 255]), 'too-large'],
    ['names another entry where the content begins', () => patched(whole, localEntry, 1, 30, [...Buffer.from('S')]), 'damaged'],
    ['lets an entry begin behind its end', () => patched(whole, directoryEntry, 2, 42, [255, 255, 255, 127]), 'damaged'],
    ['has one entry lie over another', () => patched(patched(whole, directoryEntry, 1, 42, [0, 0, 0, 0]), directoryEntry, 1, 46, [...Buffer.from('session.html')]), 'damaged'],
    ['counts more entries than there are', () => patched(whole, end, 0, 8, [9, 0, 9, 0]), 'damaged'],
    ['goes on on another disk', () => patched(whole, end, 0, 4, [1]), 'damaged'],
    ['has something between its parts and its end', () => Buffer.concat([whole.subarray(0, -22), Buffer.alloc(8), whole.subarray(-22)]), 'damaged'],
    ['was written by a newer version', () => zipSync(contents({}, { v: 2, other: true })), 'newer'],
    ['has a manifest that is no JSON', () => zipSync(contents({ 'manifest.json': Buffer.from('{') })), 'bad-manifest'],
    ['has a manifest of something else', () => zipSync(contents({}, { v: 1 })), 'bad-manifest'],
    ['has a manifest that is not in UTF-8', () => zipSync(contents({ 'manifest.json': Buffer.from([0x22, 0xff, 0x22]) })), 'bad-manifest'],
    ['lists a file under a name that climbs out', () => changed(({ files }) => files.push({ name: '../x', size: 0, sha256: sha256('') })), 'bad-manifest'],
    ['lists a file under a hash that it has not', () => changed(({ files }) => (files[1] = { name: transcriptName, size: stored.size, sha256: sha256('') })), 'bad-manifest'],
    ['lists a file twice', () => changed(({ files }) => files.push({ ...files[1]! })), 'bad-manifest'],
    ['lacks a file of its conversation in the list', () => changed((said) => (said.files = said.files.slice(0, 1))), 'bad-manifest'],
    ['has a conversation whose file climbs out', () => changed((said) => (conversationOf(said).files = [{ ...stored, path: '../../evil.jsonl' }])), 'bad-manifest'],
    ['has a conversation whose id climbs out', () => changed((said) => (conversationOf(said).id = '../../../.ssh/authorized_keys')), 'bad-manifest'],
    ['has a conversation whose id is an option', () => changed((said) => (conversationOf(said).id = '--dangerously-skip-permissions')), 'bad-manifest'],
    ['has a conversation that ran outside of the repository', () => changed((said) => (conversationOf(said).folder = '../..')), 'bad-manifest'],
    ['has a conversation twice', () => changed((said) => said.session.conversations.push(conversationOf(said))), 'bad-manifest'],
    ['says another commit in its summary than in its code', () => changed((said) => (said.session.code.commit = 'f'.repeat(40))), 'bad-manifest'],
  ];
  for (const [what, zip, reason] of cases) {
    it(`is told to be ${reason} when it ${what}`, async () => assert.equal(await opening(zip()), reason));
  }

  it('unpacks nothing beyond its bounds', async () => {
    const bomb = zipSync(contents({ 'handoff.md': new Uint8Array(5_000_000) }));
    assert.ok(bomb.byteLength < 100_000);
    assert.equal(await opening(bomb, { ...portableBounds, bytes: 1_000_000 }), 'too-large');
    assert.equal(await opening(bomb, { ...portableBounds, entries: 3 }), 'too-many-files');
    // It says that it is small, and goes on and on.
    const lying = patched(bomb, directoryEntry, 3, 24, [10, 0, 0, 0]);
    writeFileSync(file, lying);
    const [entry] = (await listZip(file, { ...portableBounds, bytes: 1_000_000 })).slice(-1);
    let bytes = 0;
    await assert.rejects(async () => {
      for await (const piece of readEntry(file, entry!)) {
        bytes += piece.byteLength;
      }
    }, { code: 'portable-unreadable' });
    assert.ok(bytes <= 10);
  });

  it('is read to the byte as it was packed', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,20}$/), fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 })), { selector: ([name]) => name, maxLength: 6 }), async (files) => {
      const packed: Uint8Array[] = [];
      for await (const piece of packZip(files.map(([name, content]) => ({ name, content })), new Date('2026-03-02T12:00:00Z'))) {
        packed.push(piece);
      }
      writeFileSync(file, Buffer.concat(packed));
      const entries = await listZip(file, { entries: 10, bytes: 1_000_000, isName: () => true });
      assert.deepEqual(entries.map(({ name }) => name), files.map(([name]) => name));
      for (const [index, [, content]] of files.entries()) {
        const read: Uint8Array[] = [];
        for await (const piece of readEntry(file, entries[index]!)) {
          read.push(Buffer.from(piece));
        }
        assert.deepEqual(Buffer.concat(read), Buffer.concat(content));
      }
    }), { numRuns: 60 });
  });

  it('opens as it was or not at all, whatever bytes of it are changed', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: whole.byteLength - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), async (changes) => {
      const copy = Buffer.from(whole);
      changes.forEach(([at, byte]) => (copy[at] = byte));
      writeFileSync(file, copy);
      try {
        const opened = await PortableSession.open(file);
        const read: Uint8Array[] = [];
        for await (const piece of opened.read(stored, undefined)) {
          read.push(piece);
        }
        assert.deepEqual(Buffer.concat(read), transcript);
      } catch (error) {
        assert.ok(ConvoSyncError.is(error, 'portable-unreadable', 'portable-newer-format'), String(error));
      }
      assert.deepEqual(readFileSync(file), copy);
    }), { numRuns: 300 });
  });

  it('has a manifest that is read whatever it is, or refused', () => {
    fc.assert(fc.property(fc.oneof(fc.json().map((text) => Buffer.from(text)), fc.uint8Array()), (bytes) => {
      assert.throws(() => readPortableManifest(bytes), (error) => ConvoSyncError.is(error, 'portable-unreadable', 'portable-newer-format'));
    }));
  });
});
