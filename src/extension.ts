/**
 * `activate()` only registers: each command's name stands for the shell, which is loaded together with its first use or
 * as soon as VS Code has finished activating, whichever comes first.
 */
import * as vscode from 'vscode';
import { commandIds, type CommandArguments, type CommandId, toolNames } from './vscode/contributions.ts';
import { OutputLogger } from './vscode/output.ts';
import type { Shell } from './vscode/shell.ts';

export function activate(context: vscode.ExtensionContext): void {
  const logger = OutputLogger.create();
  context.subscriptions.push(logger);

  let loading: Promise<Shell> | undefined;
  const load = (): Promise<Shell> => (loading ??= loadShell(context, logger));

  for (const id of commandIds) {
    context.subscriptions.push(vscode.commands.registerCommand(id, async (...args: CommandArguments[CommandId]) => (await load()).run(id, args)));
  }
  for (const name of toolNames) {
    context.subscriptions.push(vscode.lm.registerTool(name, { invoke: async ({ input }, token) => (await load()).answerModel(name, input, token) }));
  }
  const soon = setImmediate(() => void load());
  context.subscriptions.push({ dispose: () => clearImmediate(soon) });
}

async function loadShell(context: vscode.ExtensionContext, logger: OutputLogger): Promise<Shell> {
  const { Shell } = await import('./vscode/shell.ts');
  const shell = new Shell(context, logger);
  context.subscriptions.push(shell);
  return shell;
}
