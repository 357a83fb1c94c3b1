import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Finding } from '../../../src/core/git/finding.ts';
import type { Status } from '../../../src/core/operations/report.ts';
import { AutoSave, type AutoSaveChoice } from '../../../src/vscode/autoSave.ts';
import { status } from './facts.ts';

const secret: Finding = { code: 'secrets-found', severity: 'question', details: { count: 1 }, remedies: ['redact'] };
const never: AutoSaveChoice = { afterTurn: false, onFocusLost: false, onQuit: false };

/** A window on a repository in which there is something to save, unless the facts say otherwise. */
function makeWindow(choice: Partial<AutoSaveChoice>, facts: Partial<Status> = {}) {
  const window = { activity: undefined as 'saving' | undefined, blockers: [] as Finding[], saved: 0, told: 0 };
  const autoSave = new AutoSave({
    overview: {
      get activity() {
        return window.activity;
      },
    },
    status: async () => status({ sync: 'unsaved', unsaved: true, ...facts }),
    choice: () => ({ ...never, ...choice }),
    save: async () => {
      window.saved += window.blockers.length === 0 ? 1 : 0;
      return window.blockers;
    },
    tell: () => window.told++,
    now: () => Date.now(),
  });
  autoSave.shown({ kind: 'ready', folder: '/pizza', status: status() });
  return { window, autoSave };
}

describe('a window that saves by itself', () => {
  it('does so at none of the moments that nobody chose', async () => {
    const { window, autoSave } = makeWindow({});
    autoSave.heard();
    autoSave.left();
    await autoSave.quit();
    assert.equal(window.saved, 0);
  });

  it('saves what no session holds, when it closes', async () => {
    const { window, autoSave } = makeWindow({ onQuit: true });
    await autoSave.quit();
    assert.equal(window.saved, 1);
  });

  it('saves in the repository that was shown last, when VS Code has closed it already', async () => {
    const { window, autoSave } = makeWindow({ onQuit: true });
    autoSave.shown({ kind: 'no-repository' });
    await autoSave.quit();
    assert.equal(window.saved, 1);
  });

  it('saves nothing where all is saved, before the first save, in a vault that is not trusted, and while another save runs', async () => {
    for (const facts of [{ unsaved: false }, { sync: 'never-saved' }, { sync: 'distrusted' }] as const) {
      const { window, autoSave } = makeWindow({ onQuit: true }, facts);
      await autoSave.quit();
      assert.equal(window.saved, 0);
    }
    const { window, autoSave } = makeWindow({ onQuit: true });
    window.activity = 'saving';
    await autoSave.quit();
    assert.equal(window.saved, 0);
  });

  it('saves while the remote is away, and when another device has something newer', async () => {
    for (const sync of ['offline', 'queued', 'resume-available'] as const) {
      const { window, autoSave } = makeWindow({ onQuit: true }, { sync });
      await autoSave.quit();
      assert.equal(window.saved, 1);
    }
  });

  it('says once what only a person can decide, and again when it is another matter', async () => {
    const { window, autoSave } = makeWindow({ onQuit: true });
    window.blockers = [secret];
    await autoSave.quit();
    await autoSave.quit();
    assert.deepEqual([window.saved, window.told], [0, 1]);
    window.blockers = [{ ...secret, details: { count: 2 } }];
    await autoSave.quit();
    assert.equal(window.told, 2);
    window.blockers = [];
    await autoSave.quit();
    window.blockers = [secret];
    await autoSave.quit();
    assert.deepEqual([window.saved, window.told], [1, 3]);
  });

  it('waits for the agent to rest, and saves at most once a minute', async () => {
    const timers = fakeTimers();
    try {
      const { window, autoSave } = makeWindow({ afterTurn: true, onFocusLost: true });
      autoSave.heard();
      await timers.pass(9_000);
      autoSave.heard();
      await timers.pass(9_000);
      assert.equal(window.saved, 0);
      await timers.pass(1_000);
      assert.equal(window.saved, 1);
      autoSave.left();
      autoSave.left();
      await timers.pass(59_000);
      assert.equal(window.saved, 1);
      await timers.pass(1_000);
      assert.equal(window.saved, 2);
    } finally {
      timers.restore();
    }
  });
});

/** Node's own, with what was to run between given the time to. */
function fakeTimers() {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  return {
    pass: async (milliseconds: number) => {
      mock.timers.tick(milliseconds);
      await new Promise(setImmediate);
    },
    restore: () => mock.timers.reset(),
  };
}
