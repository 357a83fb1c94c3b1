/**
 * A handoff is edited in an editor like any other document. It lies in memory only, under a scheme of its own: saving it
 * keeps the text for the save that is under way, and the button in the editor's title goes on with that save.
 */
import * as vscode from 'vscode';
import { Disposable } from './disposable.ts';

export const handoffScheme = 'convosync-handoff';

export class HandoffEditor extends Disposable implements vscode.FileSystemProvider {
  readonly #texts = new Map<string, { bytes: Uint8Array; changed: number }>();
  readonly #waiting = new Map<string, () => void>();
  readonly #onDidChangeFile = this._register(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.#onDidChangeFile.event;

  constructor() {
    super();
    this._register(vscode.workspace.registerFileSystemProvider(handoffScheme, this, { isCaseSensitive: true }));
    this._register(vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach((tab) => this.#end(uriOf(tab)))));
  }

  /** Resolves with the text as last saved, when the user goes on or closes the editor. */
  async edit(session: string, markdown: string): Promise<string> {
    const uri = vscode.Uri.from({ scheme: handoffScheme, path: `/${session.slice(0, 8)}/Handoff.md` });
    this.writeFile(uri, new TextEncoder().encode(markdown));
    const ended = new Promise<void>((resolve) => this.#waiting.set(uri.toString(), resolve));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    await ended;
    const text = new TextDecoder().decode(this.readFile(uri));
    this.#texts.delete(uri.toString());
    return text;
  }

  /** Saves and closes the editor, which goes on with the save. */
  async done(uri = vscode.window.activeTextEditor?.document.uri): Promise<void> {
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri?.toString());
    if (document?.uri.scheme !== handoffScheme) {
      return;
    }
    await document.save();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => uriOf(tab)?.toString() === document.uri.toString());
    await vscode.window.tabGroups.close(tabs);
    this.#end(document.uri);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, changed } = this.#text(uri);
    return { type: vscode.FileType.File, ctime: changed, mtime: changed, size: bytes.byteLength };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#text(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    this.#texts.set(uri.toString(), { bytes, changed: Date.now() });
    this.#onDidChangeFile.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  override dispose(): void {
    super.dispose();
    this.#waiting.clear();
  }

  #text(uri: vscode.Uri): { bytes: Uint8Array; changed: number } {
    const text = this.#texts.get(uri.toString());
    if (!text) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return text;
  }

  #end(uri: vscode.Uri | undefined): void {
    const key = uri?.toString() ?? '';
    this.#waiting.get(key)?.();
    this.#waiting.delete(key);
  }
}

function uriOf(tab: vscode.Tab): vscode.Uri | undefined {
  return tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
}
