import { type CommandArguments, type CommandId } from '../contributions.ts';
import { deleteSessions, restoreSessions } from './delete.ts';
import { renameDevice } from './device.ts';
import type { CommandParts } from './parts.ts';
import { pinSessions } from './pin.ts';
import { refresh } from './refresh.ts';
import { resume } from './resume.ts';
import { save } from './save.ts';
import { copyCliCommand, copyId, openSession } from './session.ts';
import { showStatus } from './status.ts';
import { undoResume, undoSave } from './undo.ts';
import { chooseVault, lockVault, unlockVault } from './vault.ts';

export type Commands = { readonly [C in CommandId]: (...args: CommandArguments[C]) => Promise<void> };

export function createCommands(parts: CommandParts): Commands {
  return {
    'convosync.save': (reference) => save(parts, reference?.folder),
    'convosync.resume': (reference) => resume(parts, reference),
    'convosync.status': () => showStatus(parts),
    'convosync.delete': (reference, selected) => deleteSessions(parts, reference, selected),
    'convosync.undoSave': () => undoSave(parts),
    'convosync.undoResume': () => undoResume(parts),
    'convosync.refresh': () => refresh(parts),
    'convosync.showLog': async () => parts.logger.show(),
    'convosync.session.open': (reference) => openSession(parts, reference),
    'convosync.session.resume': (reference) => resume(parts, reference),
    'convosync.session.copyId': (reference) => copyId(parts, reference),
    'convosync.session.copyCliCommand': (reference) => copyCliCommand(parts, reference),
    'convosync.session.delete': (reference, selected) => deleteSessions(parts, reference, selected),
    'convosync.session.pin': (reference, selected) => pinSessions(parts, 'pin', reference, selected),
    'convosync.session.unpin': (reference, selected) => pinSessions(parts, 'unpin', reference, selected),
    'convosync.session.restore': (reference, selected) => restoreSessions(parts, reference, selected),
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
    'convosync.device.revoke': async () => (await import('./keys.ts')).revokeDevice(parts),
    'convosync.handoff.done': (document) => parts.handoffEditor.done(document),
    'convosync.handoff.history': async () => (await import('./handoffs.ts')).showHandoffHistory(parts),
    'convosync.handoff.compare': async (reference) => (await import('./handoffs.ts')).compareHandoffs(parts, reference),
    'convosync.sessions.showMore': async (device) => parts.sessionsView.showMore(device?.id ?? ''),
  };
}
