import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { SessionManifest } from '../../../../src/core/session/session.ts';
import { KeptManifests } from '../../../../src/core/vault/keptManifests.ts';
import { leansOn } from '../../../../src/core/vault/object.ts';
import { Outbox } from '../../../../src/core/vault/outbox.ts';
import { sealWith } from '../../../../src/core/vault/seal.ts';
import { SessionContents } from '../../../../src/core/vault/sessionContents.ts';
import type { SavedSession } from '../../../../src/core/vault/state.ts';

const writer = 'aaaaaaaa';
const seal = sealWith([]);

describe('the manifests of a vault', () => {
  let folder: string;
  let objects: Map<string, Uint8Array>;
  let reads: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'convosync-manifests-'));
    objects = new Map();
    reads = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const contentsOf = (device: string): SessionContents => new SessionContents({
    outbox: new Outbox(path.join(folder, device, 'outbox'), seal),
    objects: {
      put: (name, bytes) => Promise.resolve(void objects.set(name, bytes)),
      get: (places) => {
        reads += 1;
        return Promise.resolve(new Map(places.map(({ name }) => [name, objects.get(name) ?? assert.fail(`${name} is not there`)])));
      },
    },
    kept: new KeptManifests(path.join(folder, device, 'manifests'), seal),
    nameKeys: [Buffer.alloc(32, 1)],
    writer: () => writer,
    writers: () => [],
    isGone: () => false,
    sealedSince: 1,
  });
  const manifestOf = (save: number, handoff = Array.from({ length: 200 }, (_, word) => (word * 7919).toString(36)).join(' ')): SessionManifest => ({
    v: 1, session: `${'0'.repeat(18)}${String(save).padStart(2, '0')}`, handoff: `${handoff}\n${save}\n`, conversations: [],
    code: { repository: { roots: ['b'.repeat(40)], name: 'shop' }, commit: 'c'.repeat(40), subject: 'Open the shop', clean: true, pushed: false, bundles: [] },
  });
  const store = async (contents: SessionContents, manifest: SessionManifest, alike?: SavedSession): Promise<SavedSession> => {
    const name = await contents.storeManifest(manifest, alike);
    return { summary: { id: manifest.session, manifest: name }, writer } as SavedSession;
  };

  it('of later sessions are small, and read with two reads however many there are', async () => {
    const contents = contentsOf('desktop');
    const first = await store(contents, manifestOf(0));
    let last = first;
    for (let save = 1; save <= 20; save++) {
      last = await store(contents, manifestOf(save), last);
      assert.ok((objects.get(last.summary.manifest)?.byteLength ?? Infinity) < 260);
    }
    assert.deepEqual(leansOn(last.summary.manifest, objects.get(last.summary.manifest)!), { name: first.summary.manifest, writer });
    assert.deepEqual(await contentsOf('laptop').readManifest(last), manifestOf(20));
    assert.equal(reads, 2);
  });

  it('stand alone where they say something else altogether', async () => {
    const contents = contentsOf('desktop');
    const first = await store(contents, manifestOf(0));
    const other = await store(contents, manifestOf(1, Array.from({ length: 200 }, (_, word) => (word * 104729).toString(30)).join('-')), first);
    assert.equal(leansOn(other.summary.manifest, objects.get(other.summary.manifest)!), undefined);
  });

  it('lean on what this device has at hand alone, and on nothing once that is not to be trusted', async () => {
    const first = await store(contentsOf('desktop'), manifestOf(0));
    const laptop = contentsOf('laptop');
    const alone = await store(laptop, manifestOf(1), first);
    assert.equal(leansOn(alone.summary.manifest, objects.get(alone.summary.manifest)!), undefined);
    await laptop.readManifest(first);
    const leaning = await store(laptop, manifestOf(2), first);
    assert.notEqual(leansOn(leaning.summary.manifest, objects.get(leaning.summary.manifest)!), undefined);
    await laptop.leanOnNothing();
    const again = await store(laptop, manifestOf(3), first);
    assert.equal(leansOn(again.summary.manifest, objects.get(again.summary.manifest)!), undefined);
  });
});
