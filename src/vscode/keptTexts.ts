/** Read-only documents of texts that never change, such as what a session says: each stays for as long as the window. */
import * as vscode from 'vscode';

/** Another than that of the handoff that is being edited: these are never written. */
const scheme = 'convosync-kept-text';

const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;

/**
 * @param path absolute; its end is the name of the tab
 * @param key what tells it from others of that path
 */
export function textUri(path: string, key: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path, query: key });
}

export function isKept(uri: vscode.Uri): boolean {
  return texts.has(uri.toString());
}

export function keepText(uri: vscode.Uri, text: string): vscode.Uri {
  texts.set(uri.toString(), text);
  provider ??= vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: (wanted) => texts.get(wanted.toString()) });
  return uri;
}

export async function showText(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}
