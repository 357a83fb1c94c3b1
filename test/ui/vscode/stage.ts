/** Where a suite plays: a playground, and windows of VS Code on its devices. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makePlayground } from '../../playground/make.ts';
import type { Playground, PlaygroundDevice } from '../../playground/make.ts';
import { Workbench } from './workbench.ts';
import type { WorkbenchOptions } from './workbench.ts';

export interface Stage {
  /** In a folder of its own. */
  makePlayground: () => Promise<Playground>;
  /** Opens a window on a device of the playground: on its project, unless the options name another folder. */
  open: (device: PlaygroundDevice, options?: Partial<WorkbenchOptions>) => Promise<Workbench>;
  /** Does this, too, after the last test; what came last goes first. */
  defer: (undo: () => Promise<void>) => void;
}

export interface Pictures {
  /** What the names of the pictures begin with; without it only windows of failed tests are kept. */
  as?: string;
  /** Whether notifications are in them. A failed test is shown whole in any case. */
  notifications?: boolean;
}

/** For the suite that calls this: a picture of each window after each test, and nothing is left after the last. What a failed test has left open is closed. */
export function stagePerSuite({ as, notifications = false }: Pictures = {}): Stage {
  const resources = new AsyncDisposableStack();
  const windows = new Map<string, Workbench>();

  afterEach(async function () {
    const isFailed = this.currentTest?.isFailed() === true;
    const kind = isFailed ? 'failed' : as;
    for (const [name, window] of kind === undefined ? [] : windows) {
      const title = this.currentTest?.title.replaceAll(/\W+/g, '-') ?? '';
      await window.screenshot([kind, ...(windows.size > 1 ? [name] : []), title].join('-'), { notifications: notifications || isFailed });
      if (isFailed) {
        await window.leave();
      }
    }
  });

  after(async () => {
    await resources.disposeAsync();
  });

  return {
    makePlayground: async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'convosync-ui-'));
      resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      return makePlayground(folder);
    },
    open: async (device, options = {}) => {
      const window = await Workbench.open({ ...device, folder: device.project, ...options });
      resources.defer(() => window.close());
      windows.set(device.name, window);
      return window;
    },
    defer: (undo) => resources.defer(undo),
  };
}
