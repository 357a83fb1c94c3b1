/** Sessions as documents of the user's own, or as files to resume from. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ConvoSyncError } from '../../core/common/errors.ts';
import type { ConvoSync, ReadOptions } from '../../core/operations/convosync.ts';
import type { DescribedSession } from '../../core/operations/report.ts';
import { t } from '../../l10n/language.ts';
import { type ExportFormat, extensions } from '../../wording/exportFormats.ts';
import { exportDocument } from '../../wording/exports.ts';
import { readByWhoeverGetsIt } from '../../wording/portable.ts';
import { count } from '../../wording/quantities.ts';
import { shortId } from '../../wording/short.ts';
import type { SessionReference } from '../contributions.ts';
import { withProgress } from '../progress.ts';
import { chosenSessions } from './delete.ts';
import { begin, type CommandParts } from './parts.ts';
import { pickSession } from './pickSession.ts';
import { withVault } from './withVault.ts';

const longestName = 60;

interface Form extends vscode.QuickPickItem {
  format: ExportFormat;
}

function forms(): Form[] {
  return [
    { label: 'HTML', description: t`to be read in a browser, and printed`, format: 'html' },
    { label: 'Markdown', description: t`to be read in an editor`, format: 'markdown' },
    { label: 'JSON', description: t`for programs, with everything that is known of it`, format: 'json' },
    { label: t`Portable Session`, description: t`with its code, to be resumed elsewhere without a vault`, format: 'portable' },
  ];
}

/** What was chosen: the form, and for a portable session whether all commits go along. */
interface Chosen {
  form: Form;
  history: boolean;
}

/** One session goes into a file, and several into a folder; of form and place the user is asked once. */
export async function exportSessions(parts: CommandParts, reference?: SessionReference, selected?: readonly SessionReference[]): Promise<void> {
  const { folder, sessions } = await chosenSessions(reference, selected, () => pickSession(parts, {
    title: t`ConvoSync: Export Session`,
    placeholder: t`Which session do you want as a file?`,
    empty: t`No session has been saved for this repository yet.`,
  }));
  const form = await vscode.window.showQuickPick(forms(), { title: t`ConvoSync: Export Session`, placeHolder: t`As what?` });
  if (!form) {
    throw new ConvoSyncError('cancelled', 'No form was chosen.');
  }
  const chosen = { form, history: form.format === 'portable' && (await askForHistory()) };
  const { core } = await begin(parts, folder);
  const [first = '', ...others] = sessions;
  await (others.length === 0 ? exportOne(parts, core, { folder, session: first }, chosen) : exportSeveral(parts, core, { folder, sessions }, chosen));
}

/** Says who can read such a file. @throws ConvoSyncError `cancelled` */
async function askForHistory(): Promise<boolean> {
  const withHistory = t`Export with All Commits`;
  const detail = `${readByWhoeverGetsIt()}\n\n${t`It holds the commits that the remote’s default branch did not have. Who cannot reach the remote needs all that lead to it.`}`;
  const pressed = await vscode.window.showWarningMessage(t`Export a file that is not sealed?`, { modal: true, detail }, t`Export`, withHistory);
  if (pressed === undefined) {
    throw new ConvoSyncError('cancelled', 'Nothing was exported.');
  }
  return pressed === withHistory;
}

async function exportOne({ failures }: CommandParts, core: ConvoSync, { folder, session }: SessionReference, chosen: Chosen): Promise<void> {
  const { format, label } = chosen.form;
  const described = await withVault(core, folder, (vault) => withProgress(t`Reading`, (options) => core.describe(folder, session, { ...options, ...vault, refresh: false })));
  const uri = await vscode.window.showSaveDialog({ title: t`Export Session`, defaultUri: vscode.Uri.file(path.join(path.dirname(folder), `${nameFor(described)}.${extensions[format][0]}`)), filters: { [label]: [...extensions[format]] } });
  if (uri) {
    await withVault(core, folder, (vault) => withProgress(t`Exporting`, (options) => write(core, { folder, session }, uri, chosen, { ...options, ...vault, refresh: false })));
    failures.offer('info', t`The session is in ${path.basename(uri.fsPath)}.`, ...(format === 'portable' ? [] : [{ label: t`Open`, run: () => show(uri, format) }]));
  }
}

/** Each file has the session's id in its name, so two sessions never share one. */
async function exportSeveral({ failures }: CommandParts, core: ConvoSync, { folder, sessions }: { folder: string; sessions: readonly string[] }, chosen: Chosen): Promise<void> {
  const [target] = (await vscode.window.showOpenDialog({ title: t`Export ${count(sessions.length, 'Session')}`, openLabel: t`Export Here`, canSelectFiles: false, canSelectFolders: true, defaultUri: vscode.Uri.file(path.dirname(folder)) })) ?? [];
  if (!target) {
    throw new ConvoSyncError('cancelled', 'Nothing was exported.');
  }
  await withVault(core, folder, (vault) => withProgress(t`Exporting`, async (options) => {
    for (const session of sessions) {
      const reading = { ...options, ...vault, refresh: false };
      const name = `${nameFor(await core.describe(folder, session, reading))}-${shortId(session)}.${extensions[chosen.form.format][0]}`;
      await write(core, { folder, session }, vscode.Uri.joinPath(target, name), chosen, reading);
    }
  }));
  failures.offer('info', t`${count(sessions.length, 'session')} are in ${path.basename(target.fsPath)}.`);
}

/** Over a file that is there: the dialog for one has asked, and the names of several are their own. */
async function write(core: ConvoSync, { folder, session }: SessionReference, uri: vscode.Uri, { form: { format }, history }: Chosen, options: ReadOptions): Promise<void> {
  if (format === 'portable') {
    await core.exportPortable(folder, session, { file: uri.fsPath, force: true, history, page: (opened) => exportDocument('html', opened) }, options);
  } else {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(exportDocument(format, await core.open(folder, session, options))));
  }
}

async function show(uri: vscode.Uri, format: ExportFormat): Promise<void> {
  await (format === 'html' ? vscode.env.openExternal(uri) : vscode.commands.executeCommand('vscode.open', uri));
}

function nameFor({ session: { summary } }: DescribedSession): string {
  const name = summary.message.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().slice(0, longestName).trim().replaceAll(' ', '-');
  return name === '' ? 'session' : name;
}
