/**
 * Hears of a conversation that goes on. Git knows nothing of it, so without this the status bar would call saved what
 * no longer is. What is watched is the folder of the transcript, where a new conversation would appear, too.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Disposable, MutableDisposable } from './disposable.ts';

export class TranscriptWatch extends Disposable {
  readonly #watcher = this._register(new MutableDisposable<vscode.Disposable>());
  readonly #onDidChange = this._register(new vscode.EventEmitter<void>());
  #folder: string | undefined;

  readonly onDidChange = this.#onDidChange.event;

  /** @param transcript absolute path; undefined where no conversation is known */
  follow(transcript: string | undefined): void {
    const folder = transcript === undefined ? undefined : path.dirname(transcript);
    if (folder === this.#folder) {
      return;
    }
    this.#folder = folder;
    this.#watcher.value = folder === undefined || transcript === undefined ? undefined : this.#watch(folder, path.extname(transcript));
  }

  #watch(folder: string, extension: string): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), `*${extension}`));
    const fire = (): void => this.#onDidChange.fire();
    return vscode.Disposable.from(watcher, watcher.onDidChange(fire), watcher.onDidCreate(fire), watcher.onDidDelete(fire));
  }
}
