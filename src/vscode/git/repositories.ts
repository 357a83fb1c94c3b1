/**
 * Which repository the window is about: the one of the active editor, else the one it was before, else the first. It
 * only listens to the Git extension and starts no process.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { t } from '../../l10n/language.ts';
import { Disposable, MutableDisposable } from '../disposable.ts';
import type { GitApi, GitRepository } from './gitExtension.ts';

export class Repositories extends Disposable {
  readonly #api: GitApi;
  readonly #currentState = this._register(new MutableDisposable<vscode.Disposable>());
  readonly #onDidChangeCurrent = this._register(new vscode.EventEmitter<void>());
  readonly #onDidChangeState = this._register(new vscode.EventEmitter<void>());
  #current: GitRepository | undefined;
  #seen = '';

  /** Another repository is the current one, or none. */
  readonly onDidChangeCurrent = this.#onDidChangeCurrent.event;
  /** The current repository's HEAD, distance to the upstream, or number of changes differ from before. */
  readonly onDidChangeState = this.#onDidChangeState.event;

  constructor(api: GitApi) {
    super();
    this.#api = api;
    this._register(vscode.window.onDidChangeActiveTextEditor(() => this.#follow()));
    this._register(api.onDidOpenRepository(() => this.#follow()));
    this._register(api.onDidCloseRepository(() => this.#follow()));
    this.#follow();
  }

  /** Top folder of the current repository. */
  get currentFolder(): string | undefined {
    return this.#current?.rootUri.fsPath;
  }

  get hasSeveral(): boolean {
    return this.#api.repositories.length > 1;
  }

  /** The folder that a command is meant for: asked for when the window shows several and no editor decides. */
  async choose(): Promise<string | undefined> {
    const underEditor = this.#underActiveEditor();
    if (underEditor || !this.hasSeveral) {
      return (underEditor ?? this.#current)?.rootUri.fsPath;
    }
    const picked = await vscode.window.showQuickPick(
      this.#api.repositories.map(({ rootUri }) => ({ label: path.basename(rootUri.fsPath), description: rootUri.fsPath, iconPath: new vscode.ThemeIcon('repo') })),
      { title: 'ConvoSync', placeHolder: t`Which repository?` },
    );
    return picked?.description;
  }

  /** Tops of the window's other repositories; those that lie inside this one, such as submodules, go with it. */
  othersThan(folder: string): string[] {
    return this.#api.repositories.map(({ rootUri }) => rootUri.fsPath).filter((top) => top !== folder && !top.startsWith(folder + path.sep));
  }

  repositoryAt(folder: string): GitRepository | undefined {
    return this.#api.repositories.find(({ rootUri }) => rootUri.fsPath === folder);
  }

  #underActiveEditor(): GitRepository | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    return uri?.scheme === 'file' ? (this.#api.getRepository(uri) ?? undefined) : undefined;
  }

  #follow(): void {
    const { repositories } = this.#api;
    const kept = repositories.find((repository) => repository.rootUri.fsPath === this.currentFolder);
    const next = this.#underActiveEditor() ?? kept ?? repositories[0];
    // The API makes new objects for the same repository each time it is asked.
    if (next?.rootUri.fsPath === this.currentFolder) {
      return;
    }
    this.#current = next;
    this.#seen = next ? fingerprint(next) : '';
    this.#currentState.value = next?.state.onDidChange(() => this.#compare(next));
    this.#onDidChangeCurrent.fire();
  }

  /** The Git extension reports a change after every look it takes; most of them found nothing new. */
  #compare(repository: GitRepository): void {
    const now = fingerprint(repository);
    if (now !== this.#seen) {
      this.#seen = now;
      this.#onDidChangeState.fire();
    }
  }
}

function fingerprint({ state }: GitRepository): string {
  const { HEAD, mergeChanges, indexChanges, workingTreeChanges, untrackedChanges } = state;
  return [HEAD?.name, HEAD?.commit, HEAD?.ahead, HEAD?.behind, mergeChanges.length, indexChanges.length, workingTreeChanges.length, untrackedChanges.length].join(' ');
}
