/** What is open in this window of a repository, as a save takes it along. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Breakpoint, OpenEditor, OpenTerminal, SessionContext, TextSelection } from '../../core/session/context.ts';
import type { ContextChoice } from '../configuration.ts';
import { isAgentTerminal } from './agentTerminal.ts';
import { getEditorLayout } from './editorLayout.ts';
import type { TerminalHistory } from './terminalHistory.ts';

/** @param folder top of the repository */
export async function captureContext(folder: string, wanted: ContextChoice, history: TerminalHistory): Promise<Omit<SessionContext, 'folder'>> {
  const editors = wanted.editors ? openEditors(folder) : [];
  const layout = editors.length > 0 && vscode.window.tabGroups.all.length > 1 ? await getEditorLayout() : undefined;
  const breakpoints = wanted.breakpoints ? setBreakpoints(folder) : [];
  const environment = wanted.environment.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return {
    editors,
    ...(layout ? { layout } : {}),
    terminals: wanted.terminals ? openTerminals(folder, history) : [],
    ...(breakpoints.length > 0 ? { breakpoints } : {}),
    ...(environment.length > 0 ? { environment: Object.fromEntries(environment) } : {}),
  };
}

function openEditors(folder: string): OpenEditor[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.flatMap((tab): OpenEditor[] => {
    const uri = fileOf(tab);
    const relative = uri && within(folder, uri);
    if (relative === undefined) {
      return [];
    }
    const inSight = vscode.window.visibleTextEditors.find((editor) => editor.viewColumn === group.viewColumn && editor.document.uri.toString() === uri?.toString());
    return [{
      path: relative,
      group: group.viewColumn,
      ...(tab.isActive ? { shown: true } : {}),
      ...(tab.isPinned ? { pinned: true } : {}),
      ...(inSight ? { selections: inSight.selections.map(toSelection) } : {}),
    }];
  }));
}

function fileOf({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}

function toSelection({ anchor, active }: vscode.Selection): TextSelection {
  return { anchor: { line: anchor.line, character: anchor.character }, active: { line: active.line, character: active.character } };
}

function openTerminals(folder: string, history: TerminalHistory): OpenTerminal[] {
  return vscode.window.terminals.flatMap((terminal): OpenTerminal[] => {
    const { creationOptions: options } = terminal;
    if ('pty' in options || options.hideFromUser === true || isAgentTerminal(options) || terminal.exitStatus !== undefined) {
      return [];
    }
    const at = terminal.shellIntegration?.cwd ?? options.cwd;
    const relative = at === undefined ? '' : within(folder, typeof at === 'string' ? vscode.Uri.file(at) : at);
    return [{ name: terminal.name, ...(relative === undefined ? {} : { folder: relative }), commands: history.of(terminal) }];
  });
}

function setBreakpoints(folder: string): Breakpoint[] {
  return vscode.debug.breakpoints.flatMap((breakpoint): Breakpoint[] => {
    const at = breakpoint instanceof vscode.SourceBreakpoint ? breakpoint.location : undefined;
    const relative = at && within(folder, at.uri);
    if (at === undefined || relative === undefined) {
      return [];
    }
    const { enabled, condition, hitCondition, logMessage } = breakpoint;
    const { line, character } = at.range.start;
    return [{
      path: relative, line, enabled,
      ...(character === 0 ? {} : { character }),
      ...(condition === undefined ? {} : { condition }),
      ...(hitCondition === undefined ? {} : { hitCondition }),
      ...(logMessage === undefined ? {} : { logMessage }),
    }];
  });
}

/** Relative to the folder, with `/`; empty for the folder itself, undefined outside of it. */
function within(folder: string, { scheme, fsPath }: vscode.Uri): string | undefined {
  const relative = path.relative(folder, fsPath);
  return scheme !== 'file' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative) ? undefined : relative.replaceAll(path.sep, '/');
}
