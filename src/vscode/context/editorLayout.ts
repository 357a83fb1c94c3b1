/** How editors divide the window: commands of VS Code, which are the only way to it. */
import * as vscode from 'vscode';
import { EditorLayout } from '../../core/session/context.ts';

/** Undefined where VS Code says something else than it is known to say. */
export async function getEditorLayout(): Promise<EditorLayout | undefined> {
  return EditorLayout.safeParse(await vscode.commands.executeCommand('vscode.getEditorLayout')).data;
}

export async function setEditorLayout(layout: EditorLayout): Promise<void> {
  await vscode.commands.executeCommand('vscode.setEditorLayout', layout);
}
