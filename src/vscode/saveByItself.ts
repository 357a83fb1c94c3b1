import * as vscode from 'vscode';
import { ConvoSyncError, isCancellation } from '../core/common/errors.ts';
import type { Logger } from '../core/common/logger.ts';
import type { Finding } from '../core/git/finding.ts';
import type { Status } from '../core/operations/report.ts';
import { t } from '../l10n/language.ts';
import { explainFinding } from '../wording/findings.ts';
import type { CommandParts } from './commands/parts.ts';
import { configuration } from './configuration.ts';
import { captureContext } from './context/captureContext.ts';
import type { LazyCore } from './lazyCore.ts';

interface Parts extends Pick<CommandParts, 'overview' | 'terminals' | 'logger'> {
  core: Pick<LazyCore, 'inBackground'>;
}

/** Undefined where it cannot be told, which the log says. */
export function statusOf({ core, logger }: Pick<Parts, 'core' | 'logger'>, folder: string, signal?: AbortSignal): Promise<Status | undefined> {
  return orNote(logger, undefined, async () => (await core.inBackground()).status(folder, { refresh: false, signal }));
}

/**
 * An automatic save, of which nothing is seen but the status bar. What fails is noted in the log: the next one tries again.
 *
 * @returns what a person has to decide first; nothing was saved then
 */
export function saveByItself({ core, overview, terminals, logger }: Parts, folder: string, signal?: AbortSignal): Promise<readonly Finding[]> {
  return orNote(logger, [], async () => {
    const convosync = await core.inBackground();
    const context = await captureContext(folder, configuration.context, terminals);
    const plan = await convosync.planSave(folder, { automatic: true, context }, { signal });
    if (plan.blockers.length === 0) {
      const { session, outcome } = await overview.during('saving', () => convosync.save(plan, { signal }));
      logger.info(`saved by itself: ${session}, ${outcome}`);
    }
    return plan.blockers;
  });
}

async function orNote<T>(logger: Logger, otherwise: T, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isCancellation(error)) {
      logger.warn(`nothing was saved by itself: ${ConvoSyncError.is(error) ? `${error.code}: ${error.message}` : String(error)}`);
    }
    return otherwise;
  }
}

/** Once for the same matter. */
export function tellWhatWaits({ failures }: Pick<CommandParts, 'failures'>, folder: string, [first]: readonly Finding[]): void {
  if (first) {
    const { title } = explainFinding(first, 'save');
    failures.offer('warning', t`Nothing was saved by itself. ${title}`, { label: t`Save…`, run: async () => vscode.commands.executeCommand('convosync.save', { folder }) });
  }
}
