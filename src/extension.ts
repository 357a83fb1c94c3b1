/**
 * `activate()` only registers: each command's name stands for the shell, which is loaded together with its first use or
 * as soon as VS Code has finished activating, whichever comes first.
 */
import * as vscode from 'vscode';
import { chatParticipantId, commandIds, type CommandArguments, type CommandId, mcpServersId, toolNames } from './vscode/contributions.ts';
import { OutputLogger } from './vscode/output.ts';
import type { Shell } from './vscode/shell.ts';

let loaded: Shell | undefined;

/** VS Code waits some seconds for it. */
export async function deactivate(): Promise<void> {
  await loaded?.quit();
}

export function activate(context: vscode.ExtensionContext): void {
  const logger = OutputLogger.create();
  context.subscriptions.push(logger);

  let loading: Promise<Shell> | undefined;
  const load = (): Promise<Shell> => (loading ??= loadShell(context, logger));

  for (const id of commandIds) {
    context.subscriptions.push(vscode.commands.registerCommand(id, async (...args: CommandArguments[CommandId]) => (await load()).run(id, args)));
  }
  context.subscriptions.push(vscode.window.registerUriHandler({ handleUri: async (uri) => (await load()).openLink(uri) }));
  for (const part of offerToAssistants(context.extensionUri, load)) {
    context.subscriptions.push(part);
  }
  const soon = setImmediate(() => void load());
  context.subscriptions.push({ dispose: () => clearImmediate(soon) });
}

/** Editors that are made from VS Code leave out some of its API for chats and models, or all of it. */
function* offerToAssistants(extension: vscode.Uri, load: () => Promise<Shell>): Generator<{ dispose(): unknown }> {
  const { chat, lm } = vscode as { chat?: Partial<typeof vscode.chat>; lm?: Partial<typeof vscode.lm> };
  if (lm?.registerTool) {
    for (const name of toolNames) {
      yield lm.registerTool(name, { invoke: async ({ input }, token) => (await load()).answerModel(name, input, token) });
    }
  }
  if (lm?.registerMcpServerDefinitionProvider) {
    yield lm.registerMcpServerDefinitionProvider(mcpServersId, {
      provideMcpServerDefinitions: async () => (await (await load()).mcpServer()).definitions(),
      resolveMcpServerDefinition: async (server) => (await (await load()).mcpServer()).started(server),
    });
  }
  if (chat?.createChatParticipant) {
    const participant = chat.createChatParticipant(chatParticipantId, async (request, _context, stream, token) => (await load()).answerChat(request, stream, token));
    participant.iconPath = { light: vscode.Uri.joinPath(extension, 'media/icons/session-light.svg'), dark: vscode.Uri.joinPath(extension, 'media/icons/session-dark.svg') };
    yield participant;
  }
}

async function loadShell(context: vscode.ExtensionContext, logger: OutputLogger): Promise<Shell> {
  if (vscode.l10n.bundle) {
    const { speak } = await import('./l10n/language.ts');
    speak(vscode.env.language, vscode.l10n.bundle);
  }
  const { Shell } = await import('./vscode/shell.ts');
  const shell = new Shell(context, logger);
  context.subscriptions.push(shell);
  loaded = shell;
  return shell;
}
