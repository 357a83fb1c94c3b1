/**
 * The part that we use of the API of VS Code's built-in Git extension, version 1. It has the repositories on screen,
 * tells when they change, and lends git the programs that ask for credentials.
 */
import * as vscode from 'vscode';

export interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<'uninitialized' | 'initialized'>;
  readonly git: {
    /** The program that VS Code found or was told to use. */
    readonly path: string;
    /** Holds the askpass variables, through which VS Code asks in its own input boxes. */
    readonly env: Readonly<Record<string, string>>;
  };
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
  /** A read-only document: the file as it was at a commit. */
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  /** The innermost one that holds the file. */
  getRepository(uri: vscode.Uri): GitRepository | null;
}

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string; readonly ahead?: number; readonly behind?: number } | undefined;
    readonly mergeChanges: readonly unknown[];
    readonly indexChanges: readonly unknown[];
    readonly workingTreeChanges: readonly unknown[];
    readonly untrackedChanges: readonly unknown[];
    readonly onDidChange: vscode.Event<void>;
  };
  /** Rejects when it has no such commit. */
  getCommit(ref: string): Promise<{ readonly hash: string; readonly message: string; readonly parents: readonly string[] }>;
  diffBetween(from: string, to: string): Promise<readonly { readonly uri: vscode.Uri; readonly originalUri: vscode.Uri; readonly renameUri: vscode.Uri | undefined }[]>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** Milliseconds in which extensions come that had to wait for a workspace to be trusted. */
const arrival = 5_000;

/** Undefined where the Git extension is missing or switched off. */
export async function tryGitApi(): Promise<GitApi | undefined> {
  const extension = findExtension();
  if (extension === undefined) {
    return undefined;
  }
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.enabled ? git.getAPI(1) : undefined;
}

/** To be awaited where the workspace has just been trusted: resolves when the Git extension has come, or too long has not. */
export async function whenArrived(): Promise<void> {
  if (findExtension() === undefined) {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const timer = setTimeout(end, arrival);
      const listener = vscode.extensions.onDidChange(() => {
        if (findExtension() !== undefined) {
          end();
        }
      });
    });
  }
}

function findExtension(): vscode.Extension<GitExtension> | undefined {
  return vscode.extensions.getExtension<GitExtension>('vscode.git');
}

/** Resolves once the extension has looked for the repositories of the workspace. */
export async function whenInitialized(api: GitApi): Promise<void> {
  if (api.state === 'initialized') {
    return;
  }
  await new Promise<void>((resolve) => {
    const listener = api.onDidChangeState((state) => {
      if (state === 'initialized') {
        listener.dispose();
        resolve();
      }
    });
  });
}
