import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { BackgroundLooks } from '../../../src/vscode/backgroundLooks.ts';
import type { FailedTries } from '../../../src/core/operations/queue.ts';
import type { Look, OverviewState } from '../../../src/vscode/overview.ts';
import { listing, status } from './facts.ts';

const minute = 60_000;
const ready = (problem?: ConvoSyncError): OverviewState => ({ kind: 'ready', folder: '/pizza', status: status({ listing: listing([], problem ? { problem } : {}) }) });

/** A window whose focus, clock and remote the test holds. */
function makeWindow({ enabled = true, state = ready() }: { enabled?: boolean; state?: OverviewState } = {}) {
  const taken: Look[] = [];
  const window = { focused: true, time: 0, state, taken, sent: 0 };
  const looks = new BackgroundLooks({
    overview: {
      get state() {
        return window.state;
      },
      refresh: async (look) => void taken.push(look),
      sendWaiting: async () => {
        window.sent++;
      },
    },
    isEnabled: () => enabled,
    isFocused: () => window.focused,
    now: () => window.time,
  });
  const at = async (time: number): Promise<Look | undefined> => {
    taken.length = 0;
    window.time = time;
    await looks.consider();
    looks.dispose();
    return taken.at(-1);
  };
  return { window, looks, at };
}

describe('looking for other devices in the background', () => {
  it('looks when the window gets the focus', async () => {
    assert.equal(await makeWindow().at(0), 'background');
  });

  it('looks for nothing without the focus or without a repository', async () => {
    const { window, at } = makeWindow();
    window.focused = false;
    assert.equal(await at(0), undefined);
    assert.equal(await makeWindow({ state: { kind: 'no-repository' } }).at(0), undefined);
  });

  it('does not ask the network each time the focus comes and goes', async () => {
    const { at } = makeWindow();
    await at(0);
    assert.equal(await at(10_000), 'local');
    assert.equal(await at(minute + 1), 'background');
  });

  it('asks no network when the setting is off', async () => {
    assert.equal(await makeWindow({ enabled: false }).at(0), 'local');
  });

  it('comes ever more seldom while looks fail, and at once after one that succeeded', async () => {
    const { window, at } = makeWindow({ state: ready(new ConvoSyncError('remote-unreachable', '')) });
    await at(0);
    assert.equal(await at(4 * minute), 'local');
    assert.equal(await at(5 * minute), 'background');
    assert.equal(await at(14 * minute), 'local');
    window.state = ready();
    assert.equal(await at(15 * minute), 'background');
    assert.equal(await at(16 * minute + 1), 'background');
  });

  it('sends what waits as soon as the place answers again, and not what a person has to see to', async () => {
    const failed = (code: 'remote-unreachable' | 'push-rejected'): FailedTries => ({ folder: '/pizza', since: '', last: '', tries: 1, problem: new ConvoSyncError(code, '') });
    const waiting = (tries: FailedTries, problem?: ConvoSyncError): OverviewState => ({ kind: 'ready', folder: '/pizza', status: status({ queued: 1, tries, listing: listing([], problem ? { problem } : {}) }) });
    const sentIn = async (state: OverviewState): Promise<number> => {
      const { window, at } = makeWindow({ state });
      await at(0);
      return window.sent;
    };
    assert.equal(await sentIn(waiting(failed('remote-unreachable'), new ConvoSyncError('remote-unreachable', ''))), 0, 'it does not answer yet');
    assert.equal(await sentIn(waiting(failed('remote-unreachable'))), 1);
    assert.equal(await sentIn(waiting(failed('push-rejected'))), 0);
    assert.equal(await sentIn(ready()), 0, 'nothing waits');
  });

  it('looks at another repository without waiting', async () => {
    const { looks, at } = makeWindow();
    await at(0);
    looks.forget();
    assert.equal(await at(1_000), 'background');
  });
});
