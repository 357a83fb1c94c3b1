import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';

export interface SecretQuestion {
  title: string;
  prompt: string;
  /** What was the matter with an earlier answer. */
  complaint?: string;
  step?: number;
  totalSteps?: number;
}

/**
 * Asks in an input box that shows nothing of what is typed, stays when the focus leaves, and says in itself what is the
 * matter with an answer.
 *
 * @param judge resolves with what is the matter, and the box stays; undefined takes the answer. What it throws ends the
 * question; its signal fires when the user backs out
 * @throws ConvoSyncError `cancelled` when the user backs out
 */
export async function askSecretly(question: SecretQuestion, judge: (secret: string, signal: AbortSignal) => Promise<string | undefined>): Promise<string> {
  const box = vscode.window.createInputBox();
  const controller = new AbortController();
  box.title = question.title;
  box.prompt = question.prompt;
  box.password = true;
  box.ignoreFocusOut = true;
  box.validationMessage = question.complaint;
  box.step = question.step;
  box.totalSteps = question.totalSteps;
  box.onDidChangeValue(() => {
    box.validationMessage = undefined;
  });
  const hidden = new Promise<never>((_, reject) => {
    box.onDidHide(() => {
      controller.abort();
      reject(new ConvoSyncError('cancelled', 'The question was not answered.'));
    });
  });
  // Closing the box after an answer hides it, too.
  hidden.catch(() => undefined);
  try {
    box.show();
    for (;;) {
      const secret = await Promise.race([accepted(box), hidden]);
      box.busy = true;
      const complaint = await Promise.race([judge(secret, controller.signal), hidden]);
      box.busy = false;
      if (complaint === undefined) {
        return secret;
      }
      box.validationMessage = complaint;
      box.valueSelection = [0, box.value.length];
    }
  } finally {
    box.dispose();
  }
}

/** The next answer that is one: Enter in an empty box is none. */
function accepted(box: vscode.InputBox): Promise<string> {
  return new Promise((resolve) => {
    const listener = box.onDidAccept(() => {
      if (box.value !== '') {
        listener.dispose();
        resolve(box.value);
      }
    });
  });
}
