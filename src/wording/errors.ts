/**
 * One explanation for every code that core throws: what happened, what is safe, and the way out. Sentences are whole,
 * end with a full stop and fit a notification as well as a terminal.
 */
import { ConvoSyncError, isCancellation } from '../core/common/errors.ts';
import type { ErrorCode } from '../core/common/errors.ts';
import type { NewerReason } from '../core/operations/plan.ts';
import { inSpokenLanguage, language, t } from '../l10n/language.ts';
import { afterColon, commitFact, inParentheses, listFact, numberFact, remoteFact, textFact } from './facts.ts';
import { explainGitFailure } from './gitFailures.ts';
import { describeNewer } from './newerWork.ts';
import { describePurpose } from './purposes.ts';
import { count, names, sentences, separated } from './quantities.ts';
import { explainRejectedPush } from './rejectedPush.ts';
import { shortId } from './short.ts';
import { explainDenied, explainPermanent, explainRefusedCredentials, explainTransient, explainUnreachable } from './storageFailures.ts';

export interface Explanation {
  /** What happened. */
  title: string;
  /** What is safe nevertheless. */
  safe?: string;
  /** The way out. */
  hint?: string;
  /** Git's own words, possibly many lines, without credentials. */
  quote?: string;
}

type Details = ConvoSyncError['details'];

const untouched = (): string => t`Nothing was changed on this device.`;
const workIsHere = (): string => t`Your work is safe on this device.`;
const keepsWhatItSaw = (): string => t`ConvoSync uses nothing of it. The sessions on your other devices are not affected.`;
const agentOf = (details: Details): string => textFact(details, 'agentName') ?? t`The agent`;

const explanations: Record<ErrorCode, (details: Details, message: string) => Explanation> = {
  cancelled: () => ({ title: t`Cancelled.`, safe: t`Nothing is left half done.` }),
  usage: (details, message) => ({
    title: message,
    ...(textFact(details, 'branch') === undefined ? {} : { hint: t`Given was “${textFact(details, 'branch') ?? ''}”.` }),
  }),
  'preflight-refused': () => ({ title: t`The repository is not ready for this.`, safe: untouched() }),
  'needs-choice': () => ({ title: t`This needs a decision of yours first.`, safe: untouched() }),
  'session-not-found': (details) => textFact(details, 'reason') === 'not-in-trash'
    ? { title: t`Session ${textFact(details, 'session') ?? ''} is not in the trash.`, hint: t`The list of the trash shows what can be restored.` }
    : textFact(details, 'reason') === 'in-trash'
    ? { title: t`Session ${textFact(details, 'session') ?? ''} is in the trash.`, hint: t`Bring it back first (convosync delete --restore ${textFact(details, 'session') ?? ''}).` }
    : textFact(details, 'session') === undefined
    ? { title: t`There is no session yet.`, hint: t`Save one first, here or on another device.` }
    : { title: t`There is no session ${textFact(details, 'session') ?? ''}.`, hint: t`Take an id from the list of sessions; deleted ones are in the trash.` },
  'session-ambiguous': (details) => ({
    title: t`More than one session has an id that begins so${afterColon(textFact(details, 'session'))}.`,
    hint: listFact(details, 'candidates').length > 0 ? t`Type more of the id: ${names(listFact(details, 'candidates').map(shortId))}.` : t`Type more of the id.`,
  }),
  'nothing-to-undo': (details) => (textFact(details, 'reason') === 'undone'
    ? { title: textFact(details, 'operation') === 'save' ? t`This save has been undone already.` : t`This resume has been undone already.`, safe: untouched() }
    : textFact(details, 'reason') === 'not-last'
    ? { title: textFact(details, 'operation') === 'save' ? t`This is not the last save here any more.` : t`This is not the last resume here any more.`, safe: untouched(), hint: t`What came later is undone first.` }
    : details['recovered'] === undefined
    ? { title: t`There is nothing to undo here.` }
    : { title: t`What was interrupted here was settled just now, and there is nothing else to undo.`, hint: t`convosync status shows how it stands.` }),
  'undo-blocked': (details) => ({
    title: textFact(details, 'reason') === 'part-of-session'
      ? partOfSession(textFact(details, 'folder'))
      : describeNewer(textFact(details, 'reason') as NewerReason | undefined),
    safe: untouched(),
    ...(textFact(details, 'reason') === 'part-of-session' ? {} : {
      hint: textFact(details, 'operation') === 'save' ? t`Undone nevertheless, the commit and what is newer stay as they are; the session alone is taken back.` : t`Undone nevertheless, what is newer is kept first.`,
    }),
  }),

  'runtime-too-old': (details) => ({
    title: textFact(details, 'version') === undefined ? t`ConvoSync needs Node 22.19 or newer.` : t`ConvoSync needs Node 22.19 or newer; this is ${textFact(details, 'version') ?? ''}.`,
    hint: t`Install a newer Node, or in the editor a newer VS Code (1.106 or later).`,
  }),
  'git-missing': () => ({ title: t`Git was not found on this machine.`, hint: t`Install git, or make sure that it is on the PATH.` }),
  'home-unusable': (details) => ({ safe: t`Your repository and your conversations were not touched.`, ...homeFailure(details) }),
  busy: (details) => textFact(details, 'reason') === 'changed'
    ? { title: t`The repository has changed since this was planned.`, safe: untouched(), hint: t`Try again: it is planned anew.` }
    : {
        title: t`Another ConvoSync is ${describePurpose(textFact(details, 'purpose'))} right now${who(details)}.`,
        safe: untouched(),
        hint: t`Wait until that is done, then try again.`,
      },

  'git-failed': (details) => listFact(details, 'conflicts').length > 0
    // Git's own words would ask to finish a merge or rebase that is taken back already.
    ? {
        title: t`Your commits and those of the remote conflict in ${names(listFact(details, 'conflicts'))}.`,
        safe: t`Nothing was saved, and everything was put back as it was.`,
        hint: t`Bring the two together yourself with “git pull” in a terminal, then save again; or save without pushing the branch.`,
      }
    : withGitsWords(details, explainGitFailure(details) ?? { title: t`Git could not do it.`, safe: workIsHere() }),
  'git-timeout': (details) => ({
    title: t`Git took longer than ${count(Math.round((numberFact(details, 'timeout') ?? 60_000) / 1000), 'second')} and was stopped.`,
    safe: workIsHere(),
    hint: t`Try again when the network or the disk has less to do.`,
  }),
  'git-credentials': (details) => withGitsWords(details, {
    ...explainRefusedCredentials(textFact(details, 'stderr') ?? ''),
    safe: workIsHere(),
  }),
  'remote-unreachable': (details) => withGitsWords(details, { ...explainUnreachable(details), safe: workIsHere() }),
  'push-rejected': (details) => withGitsWords(details, {
    ...explainRejectedPush(details),
    safe: landed(details, t`Your commits and the session are safe on this device; other devices see neither.`),
  }),
  'push-unverified': (details) => withGitsWords(details, {
    title: textFact(details, 'remote') === undefined ? t`The push ended, and the remote does not show all of it.` : t`The push ended, and “${textFact(details, 'remote') ?? ''}” does not show all of it.`,
    safe: landed(details, t`Your commits and the session are safe on this device.`),
    hint: t`Try again: what has arrived is not sent twice.`,
  }),
  'namespace-refused': (details) => withGitsWords(details, {
    title: t`${remoteFact(details)} does not take sessions: it refuses refs under refs/convosync.`,
    safe: t`No branch was pushed. Your commits and the session are safe on this device.`,
    hint: t`Keep your sessions in another place, such as a git repository of their own; or among the branches of this remote, where everybody sees those branches.`,
  }),
  'commit-missing': (details) => ({
    title: t`A commit of the session is neither on this device nor at the remote${afterColon(commitFact(details, 'commit') ?? listFact(details, 'commits')[0]?.slice(0, 7))}.`,
    safe: untouched(),
    hint: t`It was never pushed, or was removed by a force-push. Save once more on the device that has it.`,
  }),

  'object-missing': () => ({
    title: t`A part of what was saved is not in the vault.`,
    safe: untouched(),
    hint: t`It may still be arriving. If it stays away, a save on a device that has the work stores it as a whole, as a new session.`,
  }),
  'storage-conflict': () => ({ title: t`The vault changed at the same moment.`, safe: workIsHere(), hint: t`Try again.` }),
  'storage-denied': (details) => withGitsWords(details, { ...explainDenied(details), safe: workIsHere() }),
  'storage-quota': (details) => withGitsWords(details, { title: t`The storage is full.`, safe: workIsHere(), hint: t`Make room there, then try again.` }),
  'storage-transient': (details) => withGitsWords(details, { ...explainTransient(details), safe: workIsHere() }),
  'storage-permanent': (details) => withGitsWords(details, { ...explainPermanent(details), safe: workIsHere() }),

  'vault-not-found': (details) => {
    if (textFact(details, 'reason') === 'none-sealed') {
      return { title: t`There is no sealed vault here, so there is nothing to unlock.` };
    }
    if (textFact(details, 'reason') === 'at-remote') {
      const place = textFact(details, 'place');
      return { title: place === undefined ? t`Nothing is saved at the place in use yet.` : t`Nothing is saved at ${place} yet.`, hint: t`What can be moved lies at the remote: convosync vault use remote, then convosync vault move ${textFact(details, 'to') ?? '<place>'}` };
    }
    return textFact(details, 'vault') === undefined
      ? { title: t`There is no vault here yet.`, hint: t`Save a session: the first one creates it.` }
      : vaultNotFound(textFact(details, 'vault') ?? '', listFact(details, 'vaults'));
  },
  'vault-damaged': (details) => ({
    title: t`A part of the vault is damaged${objectIn(details)}.`,
    safe: ofOneDevice(details) ?? sentences(untouched(), keepsWhatItSaw()),
    hint: t`Save once more on the device that has the work: as a new session it is whole. If that is refused too, bring the place where sessions are kept back to what it was.`,
  }),
  'vault-newer-format': (details) => ({
    title: textFact(details, 'file') === undefined ? t`This was saved by a newer ConvoSync.` : t`A newer ConvoSync has written ${textFact(details, 'file') ?? ''}.`,
    safe: untouched(),
    hint: t`Update ConvoSync on this device.`,
  }),
  'vault-locked': (details) => {
    return {
      title: lockedVault(textFact(details, 'reason') === 'new-keys', textFact(details, 'place')),
      safe: sentences(waitingToBeSent(details), whereCodeStands(details)),
      hint: t`Unlock it with its passphrase or its recovery key, or have another of your devices let this one in.`,
    };
  },
  'vault-wrong-key': (details) => textFact(details, 'kind') === undefined
    ? { title: t`The key of this device does not open the vault.`, safe: untouched(), hint: t`Check that this is your own vault.` }
    : wrongSecret(textFact(details, 'kind') === 'recovery key', numberFact(details, 'slots') === 0),
  'vault-forged': (details) => ({
    title: t`The vault holds something that none of your devices wrote${objectIn(details)}.`,
    safe: ofOneDevice(details) ?? keepsWhatItSaw(),
    hint: t`Find out who can write to the storage before you go on.`,
  }),
  'vault-rolled-back': (details) => textFact(details, 'reason') === 'vault-gone'
    ? {
        title: t`The vault is not at its place any more.`,
        safe: t`Your conversations and your code on this device were not touched.`,
        hint: t`If you removed it on another device, type “convosync vault remove” here too: this device forgets it then, and the next save begins a new one. Otherwise the place was emptied or restored from a backup: bring back what was there.`,
      }
    : {
        title: t`The storage shows an older state of the vault than this device has seen.`,
        safe: ofOneDevice(details) ?? keepsWhatItSaw(),
        hint: t`If your sessions were moved here from another place, go back to that with “convosync vault use <former place>” and bring along what was saved there with “convosync vault move <this place>”. Otherwise the place was restored from a backup, or someone has tampered with it: bring back what was there, or begin anew here with “convosync save --vault new”.`,
      },
  'vault-downgraded': (details) => ({
    title: textFact(details, 'reason') === 'unsealed'
      ? t`The storage says that the sealed vault has become readable${objectIn(details)}.`
      : t`The storage shows the vault with keys that were replaced since${objectIn(details)}.`,
    safe: keepsWhatItSaw(),
    hint: t`It may have been restored from a backup, or someone has tampered with it. A sealed vault never becomes readable, and its keys are never taken back.`,
  }),
  'vault-revoked': () => ({
    title: t`This device was taken out of the vault.`,
    safe: t`What was resumed here stays here.`,
    hint: t`If it is to belong to the vault again, unlock it with the passphrase that holds now.`,
  }),
  'vault-sealing-choice': () => ({
    title: t`This is the first save here: say whether the vault is to be sealed.`,
    safe: untouched(),
    hint: t`Sealed with a passphrase, only your own devices can read it; readable, whoever can read the repository can.`,
  }),
  'vault-choice': (details) => ({
    title: vaultsIn(details).length === 1
      ? t`The remote holds a vault that may be another person’s${afterColon(names(vaultsIn(details).map(shortId)))}.`
      : t`The remote holds several vaults${afterColon(names(vaultsIn(details).map(shortId)))}.`,
    safe: untouched(),
    hint: t`Join the one that your other devices use, or begin a new one.`,
  }),

  'conversation-not-found': (details) => ({
    title: textFact(details, 'conversation') === undefined ? t`There is no conversation for this folder.` : t`There is no conversation ${textFact(details, 'conversation') ?? ''} for this folder.`,
    safe: untouched(),
  }),
  'conversation-unreadable': (details) => ({
    title: t`A conversation could not be read${afterColon(textFact(details, 'file'))}.`,
    safe: t`The file was left as it is.`,
  }),
  'conversation-running': (details) => ({
    title: t`${agentOf(details)} is writing this conversation right now.`,
    safe: t`It was left as it is.`,
    hint: t`End it there, then try again.`,
  }),
  'portable-unreadable': (details) => ({
    title: portableFault(textFact(details, 'reason') ?? '', textFact(details, 'name') ?? ''),
    safe: untouched(),
    hint: t`Have the session exported and sent to you once more, by somebody you know.`,
  }),
  'portable-newer-format': () => ({ title: t`This file was written by a newer ConvoSync.`, safe: untouched(), hint: t`Update ConvoSync on this device.` }),
  'install-failed': (details) => ({
    title: installFailure(details),
    safe: t`What was there before is unchanged.`,
  }),
};

/** What to say of anything caught. An error that nobody expected gets a short apology; its stack belongs in the log. */
export function explainError(error: unknown): Explanation {
  if (isCancellation(error)) {
    return explanations.cancelled({}, '');
  }
  if (ConvoSyncError.is(error)) {
    return withWhatIsAway(error.details, explanations[error.code](error.details, error.marked ? inSpokenLanguage(error.marked) : error.message));
  }
  return {
    title: t`Sorry, something went wrong that ConvoSync did not expect.`,
    safe: t`What is saved stays saved, and whatever was being changed can be undone.`,
  };
}

/** Of a session that is not all on this device, where the rest of it lies while that does not answer. */
function withWhatIsAway(details: Details, explanation: Explanation): Explanation {
  const session = textFact(details, 'incomplete');
  const place = textFact(details, 'liesAt');
  return session === undefined || place === undefined ? explanation : { ...explanation, safe: sentences(t`Session ${shortId(session)} is not all on this device: what is missing lies at “${place}”.`, explanation.safe) };
}

function withGitsWords(details: Details, explanation: Explanation): Explanation {
  const stderr = textFact(details, 'stderr');
  return stderr === undefined ? explanation : { ...explanation, quote: stderr };
}

/** A remote may break its word and take a part of an atomic push; then that is said first. */
function landed(details: Details, otherwise: string): string {
  const branches = listFact(details, 'landed').filter((ref) => ref.startsWith('refs/heads/')).map((ref) => ref.slice('refs/heads/'.length));
  return branches.length === 0 ? otherwise : t`The commits on ${names(branches)} are at the remote; the session is safe on this device and not visible to others yet.`;
}

/** Which process is at it, on which machine and since when, as far as that is known. */
function who(details: Details): string {
  const pid = numberFact(details, 'pid');
  const host = textFact(details, 'host');
  const since = new Date(textFact(details, 'since') ?? NaN);
  const facts = [
    ...(pid === undefined ? [] : [host === undefined ? t`process ${pid}` : t`process ${pid} on ${host}`]),
    ...(Number.isNaN(since.getTime()) ? [] : [t`since ${since.toLocaleTimeString(language() === 'en' ? 'en-GB' : language())}`]),
  ];
  return inParentheses(separated(facts));
}

/** The folder of our own, or a document in it. */
function homeFailure(details: Details): Pick<Explanation, 'title' | 'hint'> {
  const file = afterColon(textFact(details, 'file'));
  const folder = textFact(details, 'folder');
  const unusable = folder === undefined ? t`ConvoSync cannot use its own folder.` : t`ConvoSync cannot use its own folder ${folder}.`;
  switch (textFact(details, 'reason')) {
    case 'relative':
      return { title: unusable, hint: t`CONVOSYNC_HOME has to be an absolute path.` };
    case 'damaged':
      return { title: t`A file of ConvoSync’s own is damaged${file}.`, hint: t`Bring it back from a backup, or move it away: then it is begun anew, and what it held is forgotten.` };
    case 'missing':
      return { title: t`A file of ConvoSync’s own is missing${file}.`, hint: t`Bring it back from a backup, or choose your vault again.` };
    case 'unreadable':
      return { title: t`A file of ConvoSync’s own cannot be read${file}.`, hint: t`Make it readable for you, or name another folder in CONVOSYNC_HOME.` };
    case 'unwritable':
      return { title: t`A file of ConvoSync’s own cannot be written${file}.`, hint: t`Make sure that there is room on the disk and that the folder is yours, or name another folder in CONVOSYNC_HOME.` };
    case 'lock':
      return { title: folder === undefined ? t`Files cannot be locked in ConvoSync’s own folder.` : t`Files cannot be locked in ConvoSync’s own folder ${folder}.`, hint: t`On a network drive that is usual: name a folder on a disk of this device in CONVOSYNC_HOME.` };
    default:
      return { title: unusable, hint: t`Make it writable, or name another folder in CONVOSYNC_HOME.` };
  }
}

function partOfSession(folder: string | undefined): string {
  return folder === undefined ? t`It was one of several repositories: take it back in the session’s own.` : t`It was one of several repositories: take it back in ${folder}.`;
}

function lockedVault(hasNewKeys: boolean, place: string | undefined): string {
  if (hasNewKeys) {
    return place === undefined ? t`The vault has new keys, which are not on this device yet.` : t`The vault at ${place} has new keys, which are not on this device yet.`;
  }
  return place === undefined ? t`The vault is locked on this device.` : t`The vault at ${place} is locked on this device.`;
}

function waitingToBeSent(details: Details): string {
  const waiting = numberFact(details, 'waiting') ?? 0;
  if (waiting === 0) {
    return untouched();
  }
  const sessions = count(waiting, 'session');
  const since = textFact(details, 'since')?.slice(0, 16).replace('T', ' ');
  if (since === undefined) {
    return waiting === 1 ? t`${sessions} waits here to be sent, safe on this device.` : t`${sessions} wait here to be sent, safe on this device.`;
  }
  return waiting === 1 ? t`${sessions} waits here to be sent since ${since} UTC, safe on this device.` : t`${sessions} wait here to be sent since ${since} UTC, safe on this device.`;
}

/** A sentence, where a look at the repository came with the error. */
function whereCodeStands(details: Details): string | undefined {
  const changes = numberFact(details, 'changes');
  if (changes === undefined) {
    return undefined;
  }
  const commit = commitFact(details, 'commit');
  const branch = textFact(details, 'branch') ?? t`no branch`;
  const files = changes === 0 ? t`no changes` : count(changes, 'changed file');
  return commit === undefined ? t`The code is on ${branch}, with ${files}.` : t`The code is on ${branch} at ${commit}, with ${files}.`;
}

function wrongSecret(isRecoveryKey: boolean, isGone: boolean): Explanation {
  if (isGone) {
    return {
      title: isRecoveryKey ? t`The vault opens to no recovery key any more: its key slot is gone.` : t`The vault opens to no passphrase any more: its key slot is gone.`,
      safe: untouched(),
      hint: t`Take the other of passphrase and recovery key, or a device on which it is still unlocked.`,
    };
  }
  return isRecoveryKey
    ? { title: t`This recovery key does not open the vault.`, safe: untouched(), hint: t`Check for capital letters and spaces, and that this is the vault that you mean. It also opens by its passphrase, or when another of your devices lets this one in (convosync vault request).` }
    : { title: t`This passphrase does not open the vault.`, safe: untouched(), hint: t`Check for capital letters and spaces, and that this is the vault that you mean. It also opens by its recovery key, or when another of your devices lets this one in (convosync vault request).` };
}

/** Ids of the vaults to choose from. */
function vaultsIn(details: Details): string[] {
  const vaults: unknown = details['vaults'];
  return Array.isArray(vaults) ? vaults.flatMap((vault: unknown) => (typeof vault === 'object' && vault !== null && 'id' in vault && typeof vault.id === 'string' ? [vault.id] : [])) : [];
}

/** @param ids of the vaults that are there */
function vaultNotFound(prefix: string, ids: readonly string[]): Pick<Explanation, 'title' | 'hint'> {
  const fitting = ids.filter((id) => id.startsWith(prefix));
  if (fitting.length > 1) {
    return { title: t`Several vaults have an id that begins with ${prefix}.`, hint: t`Type more of it: ${names(fitting)}.` };
  }
  return {
    title: t`There is no vault whose id begins with ${prefix}.`,
    hint: ids.length === 0
      ? t`There is none here yet: the first save creates one.`
      : ids.length === 1 ? t`Here there is ${names(ids.map(shortId))}.` : t`Here there are ${names(ids.map(shortId))}.`,
  };
}

/** What the log of one device says to the others, where that is what is wrong. */
function ofOneDevice(details: Details): string | undefined {
  const device = textFact(details, 'device');
  return device === undefined ? undefined : t`Of “${device}” you see what was proven before; your other devices are not touched by it.`;
}

function objectIn(details: Details): string {
  const object = textFact(details, 'object');
  return inParentheses(object !== undefined && object.length > 24 ? `${object.slice(0, 12)}…` : object);
}

/** Why a file is no portable session that is read. */
function portableFault(reason: string, name: string): string {
  switch (reason) {
    case 'not-a-zip':
      return t`This file is no portable session, or it is cut off.`;
    case 'too-many-files':
    case 'too-large':
      return t`This file would unpack to more than a portable session may hold.`;
    case 'unexpected-file':
      return t`This file holds “${name}”, which no portable session does.`;
    case 'same-name':
      return t`This file holds “${name}” twice.`;
    case 'link':
      return t`“${name}” in this file is a link, which no portable session has.`;
    case 'encrypted':
      return t`“${name}” in this file is encrypted, which no portable session is.`;
    case 'missing-file':
      return t`“${name}” is missing in this file.`;
    case 'changed':
      return t`“${name}” in this file is not what was exported.`;
    case 'bad-manifest':
      return t`What this file says of itself cannot be read, or contradicts itself.`;
    default:
      return name === '' ? t`This file is damaged.` : t`This file is damaged, at “${name}”.`;
  }
}

function installFailure(details: Details): string {
  switch (textFact(details, 'reason')) {
    case 'in-other-workspace':
      return t`The conversation already lies in another folder of this machine${afterColon(textFact(details, 'folder'))}.`;
    case 'unsafe-folder':
      return t`The session names a folder outside the repository for its conversation, so it was not put there.`;
    case 'unsafe-path':
      return t`The session holds a file whose name points outside the agent’s own folder, so it was not written.`;
    case 'program-missing':
      return t`${agentOf(details)} is not found on this device, and takes conversations in only through its own program. Put it on the PATH, then try again.`;
    case 'program-failed':
      return t`${agentOf(details)} did not take the conversation in.`;
    default:
      return t`The conversation could not be put in its place.`;
  }
}
