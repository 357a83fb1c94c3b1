/** A handoff reaches the real program by its start; a hook that nobody has approved there stays silent. */
import assert from 'node:assert/strict';
import { convosync, placeOf } from '../../cli/commandLine.ts';
import { hooksSuite } from '../hooksSuite.ts';
import { pizzeria } from '../pizzaSuite.ts';
import { codex } from './codexProgram.ts';
import { CodexUser } from './codexUser.ts';

describe('a handoff of another device in Codex', function () {
  this.timeout(120_000);
  const shop = pizzeria(codex);
  const user = (): CodexUser => new CodexUser({ home: shop.laptop.home, folder: shop.laptop.folder, model: shop.model.url });

  // At a terminal Codex asks the person; without one this is how it is told.
  hooksSuite(shop, codex.id, { say: (prompt) => user().run('exec', '--skip-git-repo-check', '--dangerously-bypass-hook-trust', prompt), saveCommand: '$convosync-save' });

  it('waits for the person to approve the hook in Codex, which is said when it is set up', async () => {
    assert.match((await convosync(placeOf(shop.laptop), 'hooks', 'install', '--agent', codex.id)).stdout, /Codex itself asks you once whether this may run/);
    await user().say('hello');
    assert.doesNotMatch(shop.model.requests.at(-1)?.body ?? '', /another device of this person/);
  });
});
