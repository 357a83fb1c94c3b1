/**
 * One explanation for every code that core throws: what happened, what is safe, and the way out. Sentences are whole,
 * end with a full stop and fit a notification as well as a terminal.
 */
import { ConvoSyncError, isCancellation } from '../core/common/errors.ts';
import type { ErrorCode } from '../core/common/errors.ts';
import type { NewerReason } from '../core/operations/plan.ts';
import { commitFact, listFact, numberFact, remoteFact, saidAfter, textFact } from './facts.ts';
import { explainGitFailure } from './gitFailures.ts';
import { describeNewer } from './newerWork.ts';
import { count, names } from './quantities.ts';
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

const untouched = 'Nothing was changed on this device.';
const workIsHere = 'Your work is safe on this device.';
const keepsWhatItSaw = 'ConvoSync uses nothing of it. The sessions on your other devices are not affected.';

const explanations: Record<ErrorCode, (details: Details, message: string) => Explanation> = {
  cancelled: () => ({ title: 'Cancelled.', safe: 'Nothing is left half done.' }),
  usage: (details, message) => ({
    title: message,
    ...(textFact(details, 'branch') === undefined ? {} : { hint: `Given was “${textFact(details, 'branch') ?? ''}”.` }),
  }),
  'preflight-refused': () => ({ title: 'The repository is not ready for this.', safe: untouched }),
  'needs-choice': () => ({ title: 'This needs a decision of yours first.', safe: untouched }),
  'session-not-found': (details) => textFact(details, 'reason') === 'not-in-trash'
    ? { title: `Session ${textFact(details, 'session') ?? ''} is not in the trash.`, hint: 'The list of the trash shows what can be restored.' }
    : textFact(details, 'reason') === 'in-trash'
    ? { title: `Session ${textFact(details, 'session') ?? ''} is in the trash.`, hint: `Bring it back first (convosync delete --restore ${textFact(details, 'session') ?? ''}).` }
    : textFact(details, 'session') === undefined
    ? { title: 'There is no session yet.', hint: 'Save one first, here or on another device.' }
    : { title: `There is no session${saidAfter(' ', textFact(details, 'session'))}.`, hint: 'Take an id from the list of sessions; deleted ones are in the trash.' },
  'session-ambiguous': (details) => ({
    title: `More than one session has an id that begins so${saidAfter(': ', textFact(details, 'session'))}.`,
    hint: listFact(details, 'candidates').length > 0 ? `Type more of the id: ${names(listFact(details, 'candidates').map(shortId))}.` : 'Type more of the id.',
  }),
  'nothing-to-undo': (details) => (details['recovered'] === undefined
    ? { title: 'There is nothing to undo here.' }
    : { title: 'What was interrupted here was settled just now, and there is nothing else to undo.', hint: 'convosync status shows how it stands.' }),
  'undo-blocked': (details) => ({
    title: textFact(details, 'reason') === 'part-of-session'
      ? `It was one of several repositories: take it back in ${textFact(details, 'folder') ?? 'the session’s own'}.`
      : describeNewer(textFact(details, 'reason') as NewerReason | undefined),
    safe: untouched,
    ...(textFact(details, 'reason') === 'part-of-session' ? {} : {
      hint: textFact(details, 'operation') === 'save' ? 'Undone nevertheless, the commit and what is newer stay as they are; the session alone is taken back.' : 'Undone nevertheless, what is newer is kept first.',
    }),
  }),

  'runtime-too-old': (details) => ({
    title: `ConvoSync needs Node 22.19 or newer${saidAfter('; this is ', textFact(details, 'version'))}.`,
    hint: 'Install a newer Node, or in the editor a newer VS Code (1.106 or later).',
  }),
  'git-missing': () => ({ title: 'Git was not found on this machine.', hint: 'Install git, or make sure that it is on the PATH.' }),
  'home-unusable': (details) => ({ safe: 'Your repository and your conversations were not touched.', ...homeFailure(details) }),
  busy: (details) => textFact(details, 'reason') === 'changed'
    ? { title: 'The repository has changed since this was planned.', safe: untouched, hint: 'Try again: it is planned anew.' }
    : {
        title: `Another ConvoSync is ${textFact(details, 'purpose') ?? 'at work'} right now${who(details)}.`,
        safe: untouched,
        hint: 'Wait until that is done, then try again.',
      },

  'git-failed': (details) => listFact(details, 'conflicts').length > 0
    // Git's own words would ask to finish a merge or rebase that is taken back already.
    ? {
        title: `Your commits and those of the remote conflict in ${names(listFact(details, 'conflicts'))}.`,
        safe: 'Nothing was saved, and everything was put back as it was.',
        hint: 'Bring the two together yourself with “git pull” in a terminal, then save again; or save without pushing the branch.',
      }
    : withGitsWords(details, explainGitFailure(details) ?? { title: 'Git could not do it.', safe: workIsHere }),
  'git-timeout': (details) => ({
    title: `Git took longer than ${count(Math.round((numberFact(details, 'timeout') ?? 60_000) / 1000), 'second')} and was stopped.`,
    safe: workIsHere,
    hint: 'Try again when the network or the disk has less to do.',
  }),
  'git-credentials': (details) => withGitsWords(details, {
    ...explainRefusedCredentials(textFact(details, 'stderr') ?? ''),
    safe: workIsHere,
  }),
  'remote-unreachable': (details) => withGitsWords(details, { ...explainUnreachable(details), safe: workIsHere }),
  'push-rejected': (details) => withGitsWords(details, {
    ...explainRejectedPush(details),
    safe: landed(details, 'Your commits and the session are safe on this device; other devices see neither.'),
  }),
  'push-unverified': (details) => withGitsWords(details, {
    title: `The push ended, and ${remoteFact(details, 'the remote')} does not show all of it.`,
    safe: landed(details, 'Your commits and the session are safe on this device.'),
    hint: 'Try again: what has arrived is not sent twice.',
  }),
  'namespace-refused': (details) => withGitsWords(details, {
    title: `${remoteFact(details)} does not take sessions: it refuses refs under refs/convosync.`,
    safe: 'No branch was pushed. Your commits and the session are safe on this device.',
    hint: 'Keep your sessions in another place, such as a git repository of their own; or among the branches of this remote, where everybody sees those branches.',
  }),
  'commit-missing': (details) => ({
    title: `A commit of the session is neither on this device nor at the remote${saidAfter(': ', commitFact(details, 'commit') ?? listFact(details, 'commits')[0]?.slice(0, 7))}.`,
    safe: untouched,
    hint: 'It was never pushed, or was removed by a force-push. Save once more on the device that has it.',
  }),

  'object-missing': () => ({
    title: 'A part of what was saved is not in the vault.',
    safe: untouched,
    hint: 'It may still be arriving. If it stays away, a save on a device that has the work stores it as a whole, as a new session.',
  }),
  'storage-conflict': () => ({ title: 'The vault changed at the same moment.', safe: workIsHere, hint: 'Try again.' }),
  'storage-denied': (details) => withGitsWords(details, { ...explainDenied(details), safe: workIsHere }),
  'storage-quota': (details) => withGitsWords(details, { title: 'The storage is full.', safe: workIsHere, hint: 'Make room there, then try again.' }),
  'storage-transient': (details) => withGitsWords(details, { ...explainTransient(details), safe: workIsHere }),
  'storage-permanent': (details) => withGitsWords(details, { ...explainPermanent(details), safe: workIsHere }),

  'vault-not-found': (details) => {
    if (textFact(details, 'reason') === 'none-sealed') {
      return { title: 'There is no sealed vault here, so there is nothing to unlock.' };
    }
    if (textFact(details, 'reason') === 'at-remote') {
      return { title: `Nothing is saved at ${textFact(details, 'place') ?? 'the place in use'} yet.`, hint: `What can be moved lies at the remote: convosync vault use remote, then convosync vault move ${textFact(details, 'to') ?? '<place>'}` };
    }
    return textFact(details, 'vault') === undefined
      ? { title: 'There is no vault here yet.', hint: 'Save a session: the first one creates it.' }
      : vaultNotFound(textFact(details, 'vault') ?? '', listFact(details, 'vaults'));
  },
  'vault-damaged': (details) => ({
    title: `A part of the vault is damaged${objectIn(details)}.`,
    safe: ofOneDevice(details) ?? `${untouched} ${keepsWhatItSaw}`,
    hint: 'Save once more on the device that has the work: as a new session it is whole. If that is refused too, bring the place where sessions are kept back to what it was.',
  }),
  'vault-newer-format': (details) => ({
    title: textFact(details, 'file') === undefined ? 'This was saved by a newer ConvoSync.' : `A newer ConvoSync has written ${textFact(details, 'file') ?? ''}.`,
    safe: untouched,
    hint: 'Update ConvoSync on this device.',
  }),
  'vault-locked': (details) => {
    const waiting = numberFact(details, 'waiting') ?? 0;
    const since = textFact(details, 'since');
    const place = saidAfter(' at ', textFact(details, 'place'));
    return {
      title: textFact(details, 'reason') === 'new-keys' ? `The vault${place} has new keys, which are not on this device yet.` : `The vault${place} is locked on this device.`,
      safe: `${waiting === 0 ? untouched : `${count(waiting, 'session')} ${waiting === 1 ? 'waits' : 'wait'} here to be sent${since === undefined ? '' : ` since ${since.slice(0, 16).replace('T', ' ')} UTC`}, safe on this device.`}${whereCodeStands(details)}`,
      hint: 'Unlock it with its passphrase or its recovery key, or have another of your devices let this one in.',
    };
  },
  'vault-wrong-key': (details) => textFact(details, 'kind') === undefined
    ? { title: 'The key of this device does not open the vault.', safe: untouched, hint: 'Check that this is your own vault.' }
    : numberFact(details, 'slots') === 0
    ? { title: `The vault opens to no ${textFact(details, 'kind') ?? ''} any more: its key slot is gone.`, safe: untouched, hint: 'Take the other of passphrase and recovery key, or a device on which it is still unlocked.' }
    : { title: `This ${textFact(details, 'kind') ?? ''} does not open the vault.`, safe: untouched, hint: `Check for capital letters and spaces, and that this is the vault that you mean. It also opens by its ${textFact(details, 'kind') === 'recovery key' ? 'passphrase' : 'recovery key'}, or when another of your devices lets this one in (convosync vault request).` },
  'vault-forged': (details) => ({
    title: `The vault holds something that none of your devices wrote${objectIn(details)}.`,
    safe: ofOneDevice(details) ?? keepsWhatItSaw,
    hint: 'Find out who can write to the storage before you go on.',
  }),
  'vault-rolled-back': (details) => textFact(details, 'reason') === 'vault-gone'
    ? {
        title: 'The vault is not at its place any more.',
        safe: 'Your conversations and your code on this device were not touched.',
        hint: 'If you removed it on another device, type “convosync vault remove” here too: this device forgets it then, and the next save begins a new one. Otherwise the place was emptied or restored from a backup: bring back what was there.',
      }
    : {
        title: 'The storage shows an older state of the vault than this device has seen.',
        safe: ofOneDevice(details) ?? keepsWhatItSaw,
        hint: 'If your sessions were moved here from another place, go back to that with “convosync vault use <former place>” and bring along what was saved there with “convosync vault move <this place>”. Otherwise the place was restored from a backup, or someone has tampered with it: bring back what was there, or begin anew here with “convosync save --vault new”.',
      },
  'vault-downgraded': (details) => ({
    title: textFact(details, 'reason') === 'unsealed'
      ? `The storage says that the sealed vault has become readable${objectIn(details)}.`
      : `The storage shows the vault with keys that were replaced since${objectIn(details)}.`,
    safe: keepsWhatItSaw,
    hint: 'It may have been restored from a backup, or someone has tampered with it. A sealed vault never becomes readable, and its keys are never taken back.',
  }),
  'vault-revoked': () => ({
    title: 'This device was taken out of the vault.',
    safe: 'What was resumed here stays here.',
    hint: 'If it is to belong to the vault again, unlock it with the passphrase that holds now.',
  }),
  'vault-sealing-choice': () => ({
    title: 'This is the first save here: say whether the vault is to be sealed.',
    safe: untouched,
    hint: 'Sealed with a passphrase, only your own devices can read it; readable, whoever can read the repository can.',
  }),
  'vault-choice': (details) => ({
    title: `The remote holds ${vaultsIn(details).length === 1 ? 'a vault that may be another person’s' : 'several vaults'}${saidAfter(': ', names(vaultsIn(details).map(shortId)))}.`,
    safe: untouched,
    hint: 'Join the one that your other devices use, or begin a new one.',
  }),

  'conversation-not-found': (details) => ({
    title: `There is no conversation${saidAfter(' ', textFact(details, 'conversation'))} for this folder.`,
    safe: untouched,
  }),
  'conversation-unreadable': (details) => ({
    title: `A conversation could not be read${saidAfter(': ', textFact(details, 'file'))}.`,
    safe: 'The file was left as it is.',
  }),
  'conversation-running': (details) => ({
    title: `${textFact(details, 'agentName') ?? 'The agent'} is writing this conversation right now.`,
    safe: 'It was left as it is.',
    hint: 'End it there, then try again.',
  }),
  'portable-unreadable': (details) => ({
    title: portableFault(textFact(details, 'reason') ?? '', textFact(details, 'name') ?? ''),
    safe: untouched,
    hint: 'Have the session exported and sent to you once more, by somebody you know.',
  }),
  'portable-newer-format': () => ({ title: 'This file was written by a newer ConvoSync.', safe: untouched, hint: 'Update ConvoSync on this device.' }),
  'install-failed': (details) => ({
    title: installFailure(details),
    safe: 'What was there before is unchanged.',
  }),
};

/** What to say of anything caught. An error that nobody expected gets a short apology; its stack belongs in the log. */
export function explainError(error: unknown): Explanation {
  if (isCancellation(error)) {
    return explanations.cancelled({}, '');
  }
  if (ConvoSyncError.is(error)) {
    return withWhatIsAway(error.details, explanations[error.code](error.details, error.message));
  }
  return {
    title: 'Sorry, something went wrong that ConvoSync did not expect.',
    safe: 'What is saved stays saved, and whatever was being changed can be undone.',
  };
}

/** Of a session that is not all on this device, where the rest of it lies while that does not answer. */
function withWhatIsAway(details: Details, explanation: Explanation): Explanation {
  const session = textFact(details, 'incomplete');
  const place = textFact(details, 'liesAt');
  return session === undefined || place === undefined ? explanation : { ...explanation, safe: `Session ${shortId(session)} is not all on this device: what is missing lies at “${place}”.${saidAfter(' ', explanation.safe)}` };
}

function withGitsWords(details: Details, explanation: Explanation): Explanation {
  const stderr = textFact(details, 'stderr');
  return stderr === undefined ? explanation : { ...explanation, quote: stderr };
}

/** A remote may break its word and take a part of an atomic push; then that is said first. */
function landed(details: Details, otherwise: string): string {
  const branches = listFact(details, 'landed').filter((ref) => ref.startsWith('refs/heads/')).map((ref) => ref.slice('refs/heads/'.length));
  return branches.length === 0 ? otherwise : `The commits on ${names(branches)} are at the remote; the session is safe on this device and not visible to others yet.`;
}

/** Which process is at it, on which machine and since when, as far as that is known. */
function who(details: Details): string {
  const pid = numberFact(details, 'pid');
  const since = new Date(textFact(details, 'since') ?? NaN);
  const facts = [
    ...(pid === undefined ? [] : [`process ${pid}${saidAfter(' on ', textFact(details, 'host'))}`]),
    ...(Number.isNaN(since.getTime()) ? [] : [`since ${since.toLocaleTimeString('en-GB')}`]),
  ];
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}

/** The folder of our own, or a document in it. */
function homeFailure(details: Details): Pick<Explanation, 'title' | 'hint'> {
  const file = saidAfter(': ', textFact(details, 'file'));
  const folder = textFact(details, 'folder');
  const elsewhere = 'or name another folder in CONVOSYNC_HOME.';
  switch (textFact(details, 'reason')) {
    case 'relative':
      return { title: `ConvoSync cannot use its own folder${saidAfter(' ', folder)}.`, hint: 'CONVOSYNC_HOME has to be an absolute path.' };
    case 'damaged':
      return { title: `A file of ConvoSync’s own is damaged${file}.`, hint: 'Bring it back from a backup, or move it away: then it is begun anew, and what it held is forgotten.' };
    case 'missing':
      return { title: `A file of ConvoSync’s own is missing${file}.`, hint: 'Bring it back from a backup, or choose your vault again.' };
    case 'unreadable':
      return { title: `A file of ConvoSync’s own cannot be read${file}.`, hint: `Make it readable for you, ${elsewhere}` };
    case 'unwritable':
      return { title: `A file of ConvoSync’s own cannot be written${file}.`, hint: `Make sure that there is room on the disk and that the folder is yours, ${elsewhere}` };
    case 'lock':
      return { title: `Files cannot be locked in ConvoSync’s own folder${saidAfter(' ', folder)}.`, hint: 'On a network drive that is usual: name a folder on a disk of this device in CONVOSYNC_HOME.' };
    default:
      return { title: `ConvoSync cannot use its own folder${saidAfter(' ', folder)}.`, hint: `Make it writable, ${elsewhere}` };
  }
}

/** A sentence, where a look at the repository came with the error. */
function whereCodeStands(details: Details): string {
  const changes = numberFact(details, 'changes');
  const commit = commitFact(details, 'commit');
  return changes === undefined ? '' : ` The code is on ${textFact(details, 'branch') ?? 'no branch'}${saidAfter(' at ', commit)}, with ${changes === 0 ? 'no changes' : count(changes, 'changed file')}.`;
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
    return { title: `Several vaults have an id that begins with ${prefix}.`, hint: `Type more of it: ${names(fitting)}.` };
  }
  return {
    title: `There is no vault whose id begins with ${prefix}.`,
    hint: ids.length === 0 ? 'There is none here yet: the first save creates one.' : `Here there ${ids.length === 1 ? 'is' : 'are'} ${names(ids.map(shortId))}.`,
  };
}

/** What the log of one device says to the others, where that is what is wrong. */
function ofOneDevice(details: Details): string | undefined {
  const device = textFact(details, 'device');
  return device === undefined ? undefined : `Of “${device}” you see what was proven before; your other devices are not touched by it.`;
}

function objectIn(details: Details): string {
  const object = textFact(details, 'object');
  return object === undefined ? '' : ` (${object.length > 24 ? `${object.slice(0, 12)}…` : object})`;
}

/** Why a file is no portable session that is read. */
function portableFault(reason: string, name: string): string {
  switch (reason) {
    case 'not-a-zip':
      return 'This file is no portable session, or it is cut off.';
    case 'too-many-files':
    case 'too-large':
      return 'This file would unpack to more than a portable session may hold.';
    case 'unexpected-file':
      return `This file holds “${name}”, which no portable session does.`;
    case 'same-name':
      return `This file holds “${name}” twice.`;
    case 'link':
      return `“${name}” in this file is a link, which no portable session has.`;
    case 'encrypted':
      return `“${name}” in this file is encrypted, which no portable session is.`;
    case 'missing-file':
      return `“${name}” is missing in this file.`;
    case 'changed':
      return `“${name}” in this file is not what was exported.`;
    case 'bad-manifest':
      return 'What this file says of itself cannot be read, or contradicts itself.';
    default:
      return `This file is damaged${saidAfter(', at ', name === '' ? undefined : `“${name}”`)}.`;
  }
}

function installFailure(details: Details): string {
  switch (textFact(details, 'reason')) {
    case 'in-other-workspace':
      return `The conversation already lies in another folder of this machine${saidAfter(': ', textFact(details, 'folder'))}.`;
    case 'unsafe-folder':
      return 'The session names a folder outside the repository for its conversation, so it was not put there.';
    case 'unsafe-path':
      return 'The session holds a file whose name points outside the agent’s own folder, so it was not written.';
    case 'program-missing':
      return `${textFact(details, 'agentName') ?? 'The agent'} is not found on this device, and takes conversations in only through its own program. Put it on the PATH, then try again.`;
    case 'program-failed':
      return `${textFact(details, 'agentName') ?? 'The agent'} did not take the conversation in.`;
    default:
      return 'The conversation could not be put in its place.';
  }
}
