import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ConvoSyncError } from '../../core/common/errors.ts';
import { isErrno } from '../../core/common/files.ts';
import type { VaultChoice } from '../../core/operations/plan.ts';
import type { OpenedSession } from '../../core/operations/report.ts';
import { exportFormats, type ExportFormat, formatByName } from '../../wording/exportFormats.ts';
import { readByWhoeverGetsIt } from '../../wording/portable.ts';
import { bytes } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import type { CommonOptions, Ending, Invocation, RunVerb } from '../invocation.ts';
import { jsonOption, vaultOption, withCommonOptions } from '../options.ts';
import { withVault } from '../questions.ts';
import { safeText } from '../terminal/safeText.ts';

interface ExportOptions extends CommonOptions {
  format?: ExportFormat;
  force?: boolean;
  offline?: boolean;
  withHistory?: boolean;
  vault?: VaultChoice;
}

const examples = `
Examples:
  convosync export 3f2a                    as Markdown, to standard output
  convosync export 3f2a login.md           into a file
  convosync export 3f2a login.html         to be read in a browser, and printed
  convosync export 3f2a login.json         with everything that is known of it
  convosync export 3f2a login.convosync    to be resumed elsewhere, without a vault: convosync import
  convosync export 3f2a --format json | jq '.conversations[0].messages | length'`;

export function addExport(program: Command, run: RunVerb): void {
  const command = program.command('export')
    .summary('write a session as a document, or as a file to resume from')
    .description('Writes a session, with its handoff and every message, as a document that can be read without ConvoSync; or, with its code, as a file that is resumed without a vault. The session stays as it is.')
    .argument('<id>', 'the session, by the beginning of its id')
    .argument('[file]', 'where to write it; standard output without one, or for -')
    .addOption(new Option('--format <format>', 'markdown, html, json or portable; by the file’s name without it').choices(exportFormats))
    .option('--force', 'write over a file that is there')
    .option('--with-history', 'into a portable session, all commits that lead to it: for who cannot reach the remote')
    .option('--offline', 'what is known already, without asking the remote')
    .addOption(vaultOption())
    .addOption(jsonOption());
  withCommonOptions(command)
    .addHelpText('after', examples)
    .action((id: string, file: string | undefined, options: ExportOptions) => run(options, 'resume', (invocation) => exportSession(invocation, id, file, options)));
}

async function exportSession(invocation: Invocation, id: string, file: string | undefined, options: ExportOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder, stdout } = invocation;
  const isPrinted = file === undefined || file === '-';
  const format = options.format ?? (isPrinted ? (output.json ? 'json' : undefined) : formatByName(file)) ?? 'markdown';
  if (options.withHistory === true && format !== 'portable') {
    throw new ConvoSyncError('usage', 'Only a portable session holds code: --with-history is for that form.');
  }
  if (format === 'portable') {
    if (isPrinted) {
      throw new ConvoSyncError('usage', 'A portable session is written into a file: name one.');
    }
    return exportPortable(invocation, id, file, options);
  }
  const opened = await withVault(invocation, options.vault, (vault) => work((run) => convosync.open(folder, id, { ...run, ...vault, refresh: options.offline !== true })));
  const { exportDocument } = await import('../../wording/exports.ts');
  const text = exportDocument(format, opened);
  if (isPrinted) {
    // In a file or a pipe every character counts; on a screen none may steer it.
    stdout.write(stdout.isTTY ? safeText(text) : text);
    return 0;
  }
  await write(path.resolve(currentFolder, file), text, options.force === true);
  tellWritten(invocation, file, { session: opened.session.summary.id, format, bytes: Buffer.byteLength(text) });
  return 0;
}

async function exportPortable(invocation: Invocation, id: string, file: string, options: ExportOptions): Promise<Ending> {
  const { convosync, output, work, folder, currentFolder } = invocation;
  const { exportDocument } = await import('../../wording/exports.ts');
  output.tell(undefined, readByWhoeverGetsIt);
  const request = { file: path.resolve(currentFolder, file), force: options.force === true, history: options.withHistory === true, page: (opened: OpenedSession) => exportDocument('html', opened) };
  const { session, bytes: size } = await withVault(invocation, options.vault, (vault) => work((run) => convosync.exportPortable(folder, id, request, { ...run, ...vault, refresh: options.offline !== true })));
  tellWritten(invocation, file, { session: session.summary.id, format: 'portable', bytes: size });
  return 0;
}

function tellWritten({ output, currentFolder }: Invocation, file: string, written: { session: string; format: ExportFormat; bytes: number }): void {
  output.report({ ...written, file: path.resolve(currentFolder, file) }, ({ session, bytes: size }) => `Wrote session ${shortId(session)} to ${file} (${bytes(size)}).`, (told) => told);
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx', mode: 0o600 });
  } catch (cause) {
    throw new ConvoSyncError('usage', isErrno(cause, 'EEXIST') ? `There is a file ${file} already: --force writes over it.` : `${file} cannot be written.`, { cause });
  }
}
