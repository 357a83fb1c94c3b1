/**
 * What ran in the window's terminals, as far as their shells tell: VS Code hears it from shells that it has integrated itself
 * into, and keeps none of it. Nothing of this leaves the window but with a save.
 */
import * as vscode from 'vscode';
import type { RanCommand } from '../../core/session/context.ts';
import { Disposable } from '../disposable.ts';

/** Of each terminal. */
const kept = 10;

interface Run extends RanCommand {
  execution: vscode.TerminalShellExecution;
}

export class TerminalHistory extends Disposable {
  readonly #runs = new Map<vscode.Terminal, Run[]>();

  constructor() {
    super();
    this._register(vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => this.#started(terminal, execution)));
    this._register(vscode.window.onDidEndTerminalShellExecution(({ terminal, execution, exitCode }) => this.#ended(terminal, execution, exitCode)));
    this._register(vscode.window.onDidCloseTerminal((terminal) => this.#runs.delete(terminal)));
  }

  /** The last ones, in order. */
  of(terminal: vscode.Terminal): RanCommand[] {
    return (this.#runs.get(terminal) ?? []).map(({ command, exitCode }) => ({ command, ...(exitCode === undefined ? {} : { exitCode }) }));
  }

  #started(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution): void {
    const { value: command, confidence } = execution.commandLine;
    // A guess may be the prompt, or half of what was typed.
    if (command.trim() !== '' && confidence !== vscode.TerminalShellExecutionCommandLineConfidence.Low) {
      this.#runs.set(terminal, [...(this.#runs.get(terminal) ?? []), { execution, command }].slice(-kept));
    }
  }

  #ended(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution, exitCode: number | undefined): void {
    const run = this.#runs.get(terminal)?.find((each) => each.execution === execution);
    if (run && exitCode !== undefined) {
      run.exitCode = exitCode;
    }
  }
}
