/**
 * Opens again what was open when a session was saved. Nothing that is open is closed, nothing is run, and what is no longer there is passed
 * over: this is a convenience, and a resume is whole without it.
 */
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Logger } from '../../core/common/logger.ts';
import { isInside, type Breakpoint, type OpenEditor, type SessionContext, type TextSelection } from '../../core/session/context.ts';
import type { SavedSession } from '../../core/vault/state.ts';
import { contextHeading, describeRun } from '../../wording/context.ts';
import type { ContextChoice } from '../configuration.ts';
import { setEditorLayout } from './editorLayout.ts';

/** As much of it as the person wants back: a variable is set only where it is named on this machine, too. */
export function onlyWanted(context: SessionContext, wanted: ContextChoice): SessionContext {
  return {
    ...context,
    editors: wanted.editors ? context.editors : [],
    terminals: wanted.terminals ? context.terminals : [],
    breakpoints: wanted.breakpoints ? (context.breakpoints ?? []) : [],
    environment: Object.fromEntries(Object.entries(context.environment ?? {}).filter(([name]) => wanted.terminals && wanted.environment.includes(name))),
  };
}

/** Names of the variables in it that stay out, since nobody named them on this machine. */
export function unnamedVariables({ environment = {} }: SessionContext, wanted: ContextChoice): string[] {
  return Object.keys(environment).filter((name) => !wanted.environment.includes(name));
}

/**
 * Never rejects: what does not open is logged.
 *
 * @param folder top of the repository
 * @param session where it comes from
 */
export async function restoreContext(folder: string, context: SessionContext, session: Pick<SavedSession, 'device' | 'summary'>, logger: Logger): Promise<void> {
  try {
    restoreBreakpoints(folder, context.breakpoints ?? []);
    await restoreTerminals(folder, context, contextHeading(session, new Date()));
    await restoreEditors(folder, context);
  } catch (error) {
    logger.error('what was open could not be opened again', error);
  }
}

async function restoreEditors(folder: string, { editors, layout }: SessionContext): Promise<void> {
  const there: OpenEditor[] = [];
  for (const editor of editors) {
    if (isInside(editor.path) && (await isFile(path.join(folder, editor.path)))) {
      there.push(editor);
    }
  }
  // Who has arranged the window already keeps that.
  const isFree = vscode.window.tabGroups.all.length === 1;
  if (isFree && layout && there.length > 0) {
    await setEditorLayout(layout);
  }
  const inGroups = isFree && layout !== undefined;
  for (const editor of [...there.filter(({ shown }) => shown !== true), ...there.filter(({ shown }) => shown === true)]) {
    const group = inGroups ? vscode.window.tabGroups.all[editor.group - 1] : undefined;
    await openEditor(folder, editor, group?.viewColumn ?? vscode.ViewColumn.Active);
  }
}

async function openEditor(folder: string, { path: file, pinned, selections = [] }: OpenEditor, viewColumn: vscode.ViewColumn): Promise<void> {
  const uri = vscode.Uri.file(path.join(folder, file));
  const [first] = selections;
  await vscode.commands.executeCommand('vscode.open', uri, { viewColumn, preview: false, preserveFocus: true, ...(first ? { selection: toSelection(first) } : {}) } satisfies vscode.TextDocumentShowOptions);
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  if (editor && selections.length > 0) {
    editor.selections = selections.map(toSelection);
  }
  if (pinned === true) {
    await vscode.commands.executeCommand('workbench.action.pinEditor', uri);
  }
}

function toSelection({ anchor, active }: TextSelection): vscode.Selection {
  return new vscode.Selection(anchor.line, anchor.character, active.line, active.character);
}

/** One that is open under the same name stays the only one. */
async function restoreTerminals(folder: string, { terminals, environment = {} }: SessionContext, heading: string): Promise<void> {
  const open = new Set(vscode.window.terminals.map(({ name }) => name));
  for (const { name, folder: place = '', commands } of terminals.filter((terminal) => !open.has(terminal.name))) {
    const cwd = isInside(place) ? path.join(folder, place) : folder;
    // A shell that draws its prompt anew when its terminal gets its size may take the line above: that is an empty one.
    const message = commands.length === 0 ? undefined : [heading, ...commands.map((ran) => `  ${describeRun(ran)}`), ''].join('\r\n');
    vscode.window.createTerminal({ name, cwd: (await isFolder(cwd)) ? cwd : folder, env: environment, ...(message === undefined ? {} : { message }) });
  }
}

function restoreBreakpoints(folder: string, breakpoints: readonly Breakpoint[]): void {
  const set = new Set(vscode.debug.breakpoints.flatMap((each) => (each instanceof vscode.SourceBreakpoint ? [`${each.location.uri.fsPath}:${each.location.range.start.line}`] : [])));
  vscode.debug.addBreakpoints(breakpoints.flatMap(({ path: file, line, character = 0, enabled, condition, hitCondition, logMessage }) => {
    const absolute = path.join(folder, file);
    return isInside(file) && !set.has(`${absolute}:${line}`)
      ? [new vscode.SourceBreakpoint(new vscode.Location(vscode.Uri.file(absolute), new vscode.Position(line, character)), enabled, condition, hitCondition, logMessage)]
      : [];
  }));
}

async function isFile(absolute: string): Promise<boolean> {
  return (await stat(absolute).catch(() => undefined))?.isFile() === true;
}

async function isFolder(absolute: string): Promise<boolean> {
  return (await stat(absolute).catch(() => undefined))?.isDirectory() === true;
}
