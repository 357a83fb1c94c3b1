/** Work that may take a while: nothing is shown when it is quick, then a notification with a way to cancel. */
import * as vscode from 'vscode';
import type { Progress } from '../core/common/progress.ts';
import type { RunOptions } from '../core/operations/convosync.ts';
import { describeProgress } from '../wording/progress.ts';

/** Milliseconds before a notification is worth its flicker. */
const patience = 400;

/** Core speaks `AbortSignal`: here, and nowhere else, it is made of VS Code's token. */
export async function withProgress<T>(title: string, action: (options: Required<RunOptions>) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let show: ((progress: Progress) => void) | undefined;
  let last: Progress | undefined;
  const onProgress = (progress: Progress): void => {
    last = progress;
    show?.(progress);
  };
  const running = action({ signal: controller.signal, onProgress });
  const ended = running.then(() => true, () => true);
  if (!(await Promise.race([ended, later(patience)]))) {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
      show = (facts) => progress.report({ message: describeProgress(facts) });
      if (last) {
        show(last);
      }
      const listener = token.onCancellationRequested(() => controller.abort());
      await ended;
      listener.dispose();
    });
  }
  return running;
}

function later(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}
