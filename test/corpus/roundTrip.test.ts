import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import * as path from 'node:path';
import { corpusOf } from '../support/corpus.ts';
import { type Device, World } from '../support/device.ts';

describe('every real transcript of Claude Code', function () {
  this.timeout(10 * 60_000);
  let world: World;
  let desktop: Device;
  let laptop: Device;
  let tablet: Device;
  const files = corpusOf('claude')?.filter((file) => file.path.endsWith('.jsonl') && file.bytes > 0);

  beforeEach(() => {
    world = new World();
    const remote = world.remote();
    desktop = world.device('desktop', { user: 'ada' }).clone(remote);
    laptop = world.device('laptop', { user: 'lovelace' }).clone(remote, 'Code/shop');
    tablet = world.device('tablet', { user: 'a.l' }).clone(remote, 'storage/shared/shop');
  });
  afterEach(() => world[Symbol.dispose]());

  it('is found, saved, resumed on a second device, saved there, and the same bytes on a third', async function () {
    if (!files) {
      this.skip();
    }
    for (const file of files) {
      const id = createHash('sha256').update(file.path).digest('hex').slice(0, 32);
      const here = desktop.transcriptPath(id);
      mkdirSync(path.dirname(here), { recursive: true });
      copyFileSync(file.path, here);
      utimesSync(here, world.now, world.now);
      const original = readFileSync(file.path);

      const saved = await desktop.save('Take it along', { conversations: [id] });
      assert.equal(saved.outcome, 'sent', file.path);
      world.passMinutes(1);
      const there = await laptop.resume({ session: saved.session });
      // One file is a pretty-printed document, in which the agent itself sees no record.
      assert.deepEqual(there.verdict.differences.filter(({ kind }) => kind !== 'agent-blind'), [], file.path);
      assert.ok(readFileSync(laptop.transcriptPath(id)).equals(original), file.path);

      const again = await laptop.save('Bring it back', { conversations: [id] });
      world.passMinutes(1);
      await tablet.resume({ session: again.session });
      assert.ok(readFileSync(tablet.transcriptPath(id)).equals(original), file.path);
    }
  });
});
