/**
 * The folders of the window: whether they may be touched at all, and which repository a command is meant for. In a
 * workspace that is not trusted the Git extension is off, and no git process of ours is started either.
 */
import * as vscode from 'vscode';
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Logger } from '../core/common/logger.ts';
import { t } from '../l10n/language.ts';
import { Disposable } from './disposable.ts';
import { type GitApi, tryGitApi, whenArrived, whenInitialized } from './git/gitExtension.ts';
import { Repositories } from './git/repositories.ts';
import type { Overview } from './overview.ts';

export class Workspace extends Disposable {
  readonly #overview: Overview;
  readonly #logger: Logger;
  #api: GitApi | undefined;
  #ready: Promise<Repositories | undefined> | undefined;

  constructor(overview: Overview, logger: Logger) {
    super();
    this.#overview = overview;
    this.#logger = logger;
    if (!vscode.workspace.isTrusted) {
      overview.show('untrusted');
    }
    void this.repositories();
  }

  get git(): GitApi | undefined {
    return this.#api;
  }

  /**
   * Resolves when the Git extension has looked for repositories; undefined where it is off. Never rejects. In a workspace that is not
   * trusted it waits until it is, which may be never.
   */
  repositories(): Promise<Repositories | undefined> {
    return (this.#ready ??= this.#trusted().then(() => this.#connect()));
  }

  /**
   * The repository that a command is meant for.
   *
   * @throws ConvoSyncError `cancelled` when the user backs out, `preflight-refused` where there is none
   */
  async chooseFolder(): Promise<string> {
    if (!vscode.workspace.isTrusted) {
      await askForTrust();
    }
    const repositories = await this.repositories();
    const [top] = vscode.workspace.workspaceFolders ?? [];
    const folder = repositories ? await repositories.choose() : top?.uri.fsPath;
    if (folder !== undefined) {
      return folder;
    }
    if (repositories?.hasSeveral === true) {
      throw new ConvoSyncError('cancelled', 'No repository was chosen.');
    }
    throw new ConvoSyncError('preflight-refused', 'The window has no repository.', {
      details: { findings: [{ code: 'not-a-repository', severity: 'refusal', details: top ? { folder: top.uri.fsPath } : {}, remedies: top ? ['initialise', 'clone'] : ['open-folder', 'clone'] }] },
    });
  }

  async #trusted(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      await new Promise<void>((resolve) => {
        this._register(vscode.workspace.onDidGrantWorkspaceTrust(() => resolve()));
      });
      await whenArrived();
    }
  }

  async #connect(): Promise<Repositories | undefined> {
    try {
      this.#api = await tryGitApi();
    } catch (error) {
      this.#logger.error('The Git extension could not be reached', error);
    }
    if (!this.#api) {
      this.#showFolder(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
      return undefined;
    }
    await whenInitialized(this.#api);
    const repositories = this._register(new Repositories(this.#api));
    this._register(repositories.onDidChangeCurrent(() => this.#showFolder(repositories.currentFolder)));
    this.#showFolder(repositories.currentFolder);
    return repositories;
  }

  #showFolder(folder: string | undefined): void {
    if (!this.isDisposed) {
      this.#overview.show(folder === undefined ? 'no-repository' : { folder });
    }
  }
}

async function askForTrust(): Promise<void> {
  const manage = t`Manage Workspace Trust`;
  const pressed = await vscode.window.showWarningMessage(t`ConvoSync starts no git process in a workspace that is not trusted.`, { modal: true }, manage);
  if (pressed === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  throw new ConvoSyncError('cancelled', 'The workspace is not trusted.');
}
