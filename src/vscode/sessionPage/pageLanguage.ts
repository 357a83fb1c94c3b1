import * as vscode from 'vscode';

/** What a page's document says in which language; the page's own sentences, by the English ones, are a file of their own. */
export interface PageLanguage {
  language: string;
  translations?: Record<string, string>;
}

/** The language that VS Code has found translations of ConvoSync in; English where there are none. */
export async function pageLanguage(extension: vscode.Uri): Promise<PageLanguage> {
  if (!vscode.l10n.bundle) {
    return { language: 'en' };
  }
  const { language } = vscode.env;
  const file = vscode.Uri.joinPath(extension, 'dist', 'l10n', `page.${language}.json`);
  return { language, translations: JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))) as Record<string, string> };
}
