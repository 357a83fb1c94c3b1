import { type CommandArguments, type CommandId } from '../contributions.ts';
import { renameDevice } from './device.ts';
import { type CommandParts, folderOf } from './parts.ts';
import { pinSessions } from './pin.ts';
import { refresh } from './refresh.ts';
import { copyCliCommand, copyId, followConversation, copyLink, openSession } from './session.ts';
import { chooseVault, lockVault, unlockVault } from './vault.ts';

export type Commands = { readonly [C in CommandId]: (...args: CommandArguments[C]) => Promise<void> };

/** What a command needs is read when it is first asked for, but for what is a line or two. */
export function createCommands(parts: CommandParts): Commands {
  return {
    'convosync.save': async (where) => (await import('./save.ts')).save(parts, folderOf(where)),
    'convosync.resume': async (reference) => (await import('./resume.ts')).resume(parts, reference),
    'convosync.status': async () => (await import('./status.ts')).showStatus(parts),
    'convosync.delete': async (reference, selected) => (await import('./delete.ts')).deleteSessions(parts, reference, selected),
    'convosync.undoSave': async () => (await import('./undo.ts')).undoSave(parts),
    'convosync.undoResume': async () => (await import('./undo.ts')).undoResume(parts),
    'convosync.refresh': () => refresh(parts),
    'convosync.replay': async () => (await import('./replay.ts')).replayAtCommit(parts),
    'convosync.search': async () => (await import('./search.ts')).searchSessions(parts),
    'convosync.showLog': async () => parts.logger.show(),
    'convosync.conversation.follow': () => followConversation(parts),
    'convosync.session.open': (reference, at) => openSession(parts, reference, at),
    'convosync.session.resume': async (reference) => (await import('./resume.ts')).resume(parts, reference === 'selection' ? parts.sessionsView.selection[0] : reference),
    'convosync.session.copyId': (reference) => copyId(parts, reference),
    'convosync.session.copyCliCommand': (reference) => copyCliCommand(parts, reference),
    'convosync.session.copyLink': (reference, at) => copyLink(parts, reference, at),
    'convosync.session.compare': async (reference, selected) => (await import('./compareSessions.ts')).compareSessions(parts, reference, selected),
    'convosync.session.export': async (reference, selected) => (await import('./exportSession.ts')).exportSessions(parts, reference, selected),
    'convosync.session.import': async () => (await import('./importSession.ts')).importSession(parts),
    'convosync.session.delete': async (reference, selected) => {
      const { deleteSessions } = await import('./delete.ts');
      await (reference === 'selection' ? deleteSessions(parts, undefined, parts.sessionsView.selection) : deleteSessions(parts, reference, selected));
    },
    'convosync.session.pin': (reference, selected) => pinSessions(parts, 'pin', reference, selected),
    'convosync.session.unpin': (reference, selected) => pinSessions(parts, 'unpin', reference, selected),
    'convosync.session.restore': async (reference, selected) => (await import('./delete.ts')).restoreSessions(parts, reference, selected),
    'convosync.device.rename': () => renameDevice(parts),
    'convosync.vault.choose': () => chooseVault(parts),
    'convosync.vault.choosePlace': async () => (await import('./keys.ts')).choosePlace(parts),
    'convosync.vault.unlock': () => unlockVault(parts),
    'convosync.vault.lock': () => lockVault(parts),
    'convosync.vault.changePassphrase': async () => (await import('./keys.ts')).changePassphrase(parts),
    'convosync.vault.renewRecoveryKey': async () => (await import('./keys.ts')).renewRecoveryKey(parts),
    'convosync.vault.seal': async () => (await import('./keys.ts')).sealVault(parts),
    'convosync.vault.remove': async () => (await import('./keys.ts')).removeVault(parts),
    'convosync.vault.requestAccess': async () => (await import('./keys.ts')).requestAccess(parts),
    'convosync.vault.approveAccess': async () => (await import('./keys.ts')).approveAccess(parts),
    'convosync.device.revoke': async (reference) => (await import('./keys.ts')).revokeDevice(parts, reference),
    'convosync.handoff.done': (document) => parts.handoffEditor.done(document),
    'convosync.handoff.open': async (reference) => (await import('./handoffs.ts')).openHandoff(parts, reference),
    'convosync.handoff.history': async () => (await import('./handoffs.ts')).showHandoffHistory(parts),
    'convosync.handoff.compare': async (reference) => (await import('./handoffs.ts')).compareHandoffs(parts, reference),
    'convosync.sessions.groupByDevice': () => parts.sessionsView.groupBy('device'),
    'convosync.sessions.groupByBranch': () => parts.sessionsView.groupBy('branch'),
    'convosync.sessions.groupByConversation': () => parts.sessionsView.groupBy('conversation'),
    'convosync.sessions.filter': async () => (await import('./filter.ts')).filterSessions(parts),
    'convosync.sessions.clearFilter': async () => parts.sessionsView.setFilter(''),
    'convosync.sessions.showMore': async (list) => parts.sessionsView.showMore(list?.id ?? ''),
  };
}
