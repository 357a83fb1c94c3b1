/** The ids that package.json contributes, each declared once, with what a caller passes along. */
import type * as vscode from 'vscode';
import type { Grouping } from './sessionsView/grouping.ts';

/** As VS Code knows the extension, and links to it begin. */
export const extensionId = 'convosync.convosync';

/** One session of one repository on this machine: what tree nodes, links and buttons pass to commands. */
export interface SessionReference {
  /** Top folder of the repository's working tree. */
  folder: string;
  /** The session's full id. */
  session: string;
}

/** One of the devices that save in a repository on this machine. */
export interface DeviceReference {
  folder: string;
  /** The device's id; for a handoff that lies in the repository alone, the name that it is headed with. */
  device: string;
}

/** A repository, as it is named by us or as the menus of the Source Control view name it. */
export type InRepository = Pick<SessionReference, 'folder'> | Pick<vscode.SourceControl, 'rootUri'>;

/** What is selected in the tree: said by keybindings, which cannot name it. */
export type Selection = 'selection';

/** A message of a session's conversation. */
export interface MessageReference {
  agent: string;
  conversation: string;
  /** From 0, as the session has them. */
  message: number;
}

export interface CommandArguments {
  'convosync.save': [where?: InRepository];
  'convosync.resume': [reference?: SessionReference | InRepository];
  'convosync.status': [];
  'convosync.delete': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.undoSave': [];
  'convosync.undoResume': [];
  'convosync.refresh': [];
  'convosync.search': [];
  'convosync.replay': [];
  'convosync.showLog': [];
  'convosync.conversation.follow': [];
  'convosync.session.open': [reference?: SessionReference, at?: MessageReference];
  'convosync.session.resume': [reference?: SessionReference | Selection];
  'convosync.session.copyId': [reference?: SessionReference];
  'convosync.session.copyCliCommand': [reference?: SessionReference];
  'convosync.session.copyLink': [reference?: SessionReference, at?: MessageReference];
  'convosync.session.compare': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.session.export': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.session.import': [];
  'convosync.session.delete': [reference?: SessionReference | Selection, selected?: readonly SessionReference[]];
  'convosync.session.pin': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.session.unpin': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.session.restore': [reference?: SessionReference, selected?: readonly SessionReference[]];
  'convosync.device.rename': [];
  'convosync.vault.choose': [];
  'convosync.vault.choosePlace': [];
  'convosync.vault.unlock': [];
  'convosync.vault.lock': [];
  'convosync.vault.changePassphrase': [];
  'convosync.vault.renewRecoveryKey': [];
  'convosync.vault.seal': [];
  'convosync.vault.remove': [];
  'convosync.vault.requestAccess': [];
  'convosync.vault.approveAccess': [];
  'convosync.device.revoke': [reference?: DeviceReference];
  'convosync.handoff.done': [document?: vscode.Uri];
  /** Not in the palette: what a row of the view of handoffs does. */
  'convosync.handoff.open': [reference?: SessionReference | DeviceReference];
  'convosync.handoff.history': [];
  'convosync.handoff.compare': [reference?: SessionReference];
  'convosync.sessions.groupByDevice': [];
  'convosync.sessions.groupByBranch': [];
  'convosync.sessions.groupByConversation': [];
  'convosync.sessions.filter': [];
  'convosync.sessions.clearFilter': [];
  /** Not in the palette: what a node at the end of a long list does. */
  'convosync.sessions.showMore': [list?: { readonly id: string }];
}

export type CommandId = keyof CommandArguments;

export const commandIds = [
  'convosync.save',
  'convosync.resume',
  'convosync.status',
  'convosync.delete',
  'convosync.undoSave',
  'convosync.undoResume',
  'convosync.refresh',
  'convosync.search',
  'convosync.replay',
  'convosync.showLog',
  'convosync.conversation.follow',
  'convosync.session.open',
  'convosync.session.resume',
  'convosync.session.copyId',
  'convosync.session.copyCliCommand',
  'convosync.session.copyLink',
  'convosync.session.compare',
  'convosync.session.export',
  'convosync.session.import',
  'convosync.session.delete',
  'convosync.session.pin',
  'convosync.session.unpin',
  'convosync.session.restore',
  'convosync.device.rename',
  'convosync.vault.choose',
  'convosync.vault.choosePlace',
  'convosync.vault.unlock',
  'convosync.vault.lock',
  'convosync.vault.changePassphrase',
  'convosync.vault.renewRecoveryKey',
  'convosync.vault.seal',
  'convosync.vault.remove',
  'convosync.vault.requestAccess',
  'convosync.vault.approveAccess',
  'convosync.device.revoke',
  'convosync.handoff.done',
  'convosync.handoff.open',
  'convosync.handoff.history',
  'convosync.handoff.compare',
  'convosync.sessions.groupByDevice',
  'convosync.sessions.groupByBranch',
  'convosync.sessions.groupByConversation',
  'convosync.sessions.filter',
  'convosync.sessions.clearFilter',
  'convosync.sessions.showMore',
] as const satisfies readonly CommandId[];

/** What a language model of the editor may call. */
export const toolNames = ['convosync_listSessions', 'convosync_getHandoff'] as const;
export type ToolName = (typeof toolNames)[number];

/** `@convosync` in the editor's chat, and what can be typed after it with a slash. */
export const chatParticipantId = 'convosync.chat';
export const chatCommands = ['sessions', 'handoff', 'save', 'resume'] as const;
export type ChatCommand = (typeof chatCommands)[number];

/** The provider of ConvoSync's MCP server. */
export const mcpServersId = 'convosync.mcp';

/** Commands as things to click on: what the user does not type, the type checker checks. */
export function commandLink<C extends CommandId>(command: C, title: string, ...args: CommandArguments[C]): vscode.Command {
  return { command, title, arguments: args };
}

export const sessionsViewId = 'convosync.sessions';
export const handoffsViewId = 'convosync.handoffs';
export const devicesViewId = 'convosync.devices';
export const sessionPageType = 'convosync.session';

/** What the welcome texts of the view and the menus depend on. */
export interface ContextKeys {
  'convosync.state': 'untrusted' | 'no-repository' | 'loading' | 'failed' | 'locked' | 'empty' | 'ready';
  /** The vault is sealed, and unlocked on this device. */
  'convosync.isUnlocked': boolean;
  /** What is shown is not from now: the place did not answer at the last look. */
  'convosync.isOffline': boolean;
  'convosync.canUndoSave': boolean;
  'convosync.canUndoResume': boolean;
  'convosync.grouping': Grouping;
  /** Only sessions with certain words are listed. */
  'convosync.isFiltered': boolean;
}
