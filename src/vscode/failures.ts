/**
 * How a command ends that did not do what was asked. Cancelled: quietly. Expected: what happened, what is safe, and the
 * button that helps. Unexpected: a short apology, with the stack in the log.
 */
import * as vscode from 'vscode';
import { ConvoSyncError, type ErrorCode, isCancellation } from '../core/common/errors.ts';
import type { Finding } from '../core/git/finding.ts';
import { t } from '../l10n/language.ts';
import { explainError } from '../wording/errors.ts';
import type { OutputLogger } from './output.ts';
import { plainText } from './plainText.ts';
import { findingsOf, goElsewhere, leadsElsewhere } from './remedies.ts';

export interface Button {
  label: string;
  run: () => Promise<void>;
}

/** Not that something failed, but that there is nothing to do it with: no log says more than the sentence. */
const nothingThere: readonly ErrorCode[] = ['nothing-to-undo', 'session-not-found', 'vault-not-found'];

/** Errors after which the same thing may well succeed. */
const passing: readonly ErrorCode[] = [
  'busy', 'git-timeout', 'git-credentials', 'remote-unreachable', 'push-unverified', 'object-missing',
  'storage-conflict', 'storage-transient', 'storage-quota', 'storage-denied', 'vault-wrong-key', 'vault-sealing-choice', 'conversation-running',
];

const choosePlace = (): Button => ({ label: t`Choose Another Place`, run: async () => vscode.commands.executeCommand('convosync.vault.choosePlace') });
const showSessions = (): Button => ({ label: t`Show Sessions`, run: async () => vscode.commands.executeCommand('convosync.sessions.focus') });
export const showStatus = (): Button => ({ label: t`Show Status`, run: async () => vscode.commands.executeCommand('convosync.status') });
const unlock = (): Button => ({ label: t`Unlock Vault`, run: async () => vscode.commands.executeCommand('convosync.vault.unlock') });

export class Failures {
  readonly #logger: OutputLogger;

  constructor(logger: OutputLogger) {
    this.#logger = logger;
  }

  /**
   * Runs an action and tells the user when it fails; never rejects.
   *
   * @param again what "Try Again" does, where trying again makes sense; the action itself without it
   */
  async guard(action: () => Promise<void>, again: () => Promise<void> = action): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#report(error, again);
    }
  }

  /** Shows a notification and does not wait for it; a button that fails is reported like a command. */
  offer(severity: 'info' | 'warning' | 'error', message: string, ...buttons: Button[]): void {
    const { showInformationMessage, showWarningMessage, showErrorMessage } = vscode.window;
    const show: (message: string, ...items: string[]) => Thenable<string | undefined> =
      { info: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[severity];
    void this.guard(async () => {
      const pressed = await show(plainText(message), ...buttons.map(({ label }) => label));
      await buttons.find(({ label }) => label === pressed)?.run();
    });
  }

  #report(error: unknown, again: () => Promise<void>): void {
    if (isCancellation(error)) {
      return;
    }
    const { title, safe, hint, quote } = explainError(error);
    const message = [title, safe, hint].filter((part) => part !== undefined).join(' ');
    const showLog: Button = { label: t`Show Log`, run: async () => this.#logger.show() };
    if (!ConvoSyncError.is(error)) {
      this.#logger.error('Unexpected failure', error);
      this.offer('error', message, showLog);
      return;
    }
    const [finding] = findingsOf(error);
    if (finding) {
      void this.#refuse(finding);
      return;
    }
    this.#logger.warn(`${error.code}: ${error.message}${quote === undefined ? '' : `\n${quote}`}`);
    const help = helpFor(error, again);
    if (nothingThere.includes(error.code)) {
      this.offer('info', message, ...help);
      return;
    }
    this.offer('warning', message, ...help, ...(quote === undefined && help.length > 0 ? [] : [showLog]));
  }

  async #refuse(finding: Finding): Promise<void> {
    const { explainFinding, remedyLabel } = await import('../wording/findings.ts');
    const { title, detail, safe } = explainFinding(finding, 'save');
    const buttons = finding.remedies.filter(leadsElsewhere).map((remedy) => ({ label: remedyLabel(remedy), run: () => goElsewhere(remedy, finding) }));
    this.offer('warning', [title, detail, safe].filter((part) => part !== undefined).join(' '), ...buttons);
  }
}

function helpFor(error: ConvoSyncError, again: () => Promise<void>): Button[] {
  switch (error.code) {
    case 'vault-locked':
      return [unlock()];
    case 'namespace-refused':
      return [choosePlace()];
    case 'session-not-found':
    case 'vault-not-found':
      return [showSessions()];
    case 'nothing-to-undo':
      return error.details['recovered'] === undefined ? [] : [showStatus()];
    default:
      return passing.includes(error.code) ? [{ label: t`Try Again`, run: again }] : [];
  }
}
