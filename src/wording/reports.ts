/** What happened and where things stand, in sentences. */
import type { ConvoSyncError } from '../core/common/errors.ts';
import type { Difference, KeptWork, Note, SaveReport, UndoReport, Verdict } from '../core/operations/report.ts';
import type { SessionSummary } from '../core/session/session.ts';
import { explainError } from './errors.ts';
import { saidAfter } from './facts.ts';
import { bytes, count, names } from './quantities.ts';
import { shortCommit, shortId } from './short.ts';

export interface VerdictDescription {
  title: string;
  /** One line a difference; empty when in sync. */
  differences: string[];
}

/** What a session says of its conversations; one without a title, or not among these, is called by its id. */
type Conversations = readonly Pick<SessionSummary['conversations'][number], 'id' | 'title'>[];

export function describeVerdict(verdict: Verdict, conversations: Conversations = []): VerdictDescription {
  return {
    title: verdict.inSync ? 'Code and conversation are in sync' : 'Code and conversation are not quite those of the session',
    differences: verdict.differences.map((difference) => describeDifference(difference, conversations)),
  };
}

export function describeDifference(difference: Difference, conversations: Conversations = []): string {
  return `${difference.repository === undefined ? '' : `In ${difference.repository}: `}${differenceSentence(difference, conversations)}`;
}

function differenceSentence(difference: Difference, conversations: Conversations): string {
  switch (difference.kind) {
    case 'other-commit':
      return `The code is at ${shortCommit(difference.here)}, the session at ${shortCommit(difference.session)}${distance(difference)}.`;
    case 'other-branch':
      return `You are on ${difference.here ?? 'no branch'}, the session on ${difference.session ?? 'no branch'}.`;
    case 'working-tree-changed':
      return `${count(difference.files, 'file')} here ${difference.files === 1 ? 'has' : 'have'} uncommitted changes.`;
    case 'snapshot-missing':
      return `${count(difference.files, 'uncommitted file')} of the session ${difference.files === 1 ? 'is' : 'are'} not in the working tree.`;
    case 'snapshot-changed':
      return `${count(difference.files, 'file')} here ${difference.files === 1 ? 'has' : 'have'} uncommitted changes that are not those of the session.`;
    case 'session-unclean':
      return `When it was saved there were changes that the session does not hold${saidAfter(': ', difference.files && names(difference.files))}.`;
    case 'conversation-missing':
      return `Conversation ${nameOf(difference.conversation, conversations)} is not on this device.`;
    case 'conversation-longer':
      return `Conversation ${nameOf(difference.conversation, conversations)} went on here by ${count(difference.messages, 'message')}.`;
    case 'conversation-shorter':
      return `Conversation ${nameOf(difference.conversation, conversations)} is shorter here than in the session.`;
    case 'conversation-diverged':
      return `Conversation ${nameOf(difference.conversation, conversations)} went on here and elsewhere.`;
    case 'conversation-forked':
      return `Conversation ${nameOf(difference.conversation, conversations)} ${difference.elsewhere === true ? 'belongs to another folder of this device' : 'went on in two places'}; the session’s is here as ${shortId(difference.as)}.`;
    case 'agent-blind':
      return `The agent does not see conversation ${nameOf(difference.conversation, conversations)}${saidAfter(': ', blindReasons[difference.reason])}.`;
    case 'commit-missing':
      return `The session’s commit ${shortCommit(difference.session)} is not on this device.`;
    case 'companion-missing':
      return 'The repository is not where it was looked for.';
  }
}

/** What an agent says when it will not see a conversation (see `Agent.verify`). */
const blindReasons: Readonly<Record<string, string>> = {
  missing: 'it is not where the agent looks for it',
  'in-two-folders': 'it lies in two folders of the agent',
  'in-other-workspace': 'it belongs to another folder of this device',
  'no-record': 'it holds nothing that the agent can read',
  archived: 'it is archived in the agent, which can take it out of its archive',
  'parent-missing': 'the conversation that it was forked from is not here, and the agent needs it',
  'other-provider': 'it names another provider of models than the agent is set to use here',
};

export function describeNote(note: Note): string {
  switch (note.kind) {
    case 'recovered':
      return [`An interrupted ${note.operation} (${shortId(note.session)}) was ${note.how === 'completed' ? 'completed' : 'taken back'} first.`, ...(note.kept ? describeKept(note.kept) : [])].join(' ');
    case 'interrupted':
      return `${note.operation === 'undo' ? 'An' : 'A'} ${note.operation} was interrupted here. The next command that looks at the remote completes it or takes it back.`;
    case 'copied-device':
      return 'ConvoSync’s folder on this device was copied or restored. Both copies count as this one device, and nothing is lost by that.';
    case 'distrusted':
      return describeDistrust(note.error);
    case 'refused-records':
      return note.reason === 'ended'
        ? `${note.device ?? 'A device'} was taken out of the vault and has written on: nothing of that is used (from ${note.object.slice(0, 12)}… on).`
        : `Somebody with a key that was replaced has written as a device that nobody knows: nothing of that is used (from ${note.object.slice(0, 12)}… on).`;
    case 'clock-ahead':
      return `The clock of ${count(note.writers, 'device')} runs more than a day ahead; the order of sessions may be off.`;
    case 'generic-device-name':
      return `This device is called “${note.name}”, which does not tell it from others. Give it a name.`;
    case 'bad-lines':
      return `${count(note.count, 'line')} of conversation ${shortId(note.conversation)} could not be read; ${note.count === 1 ? 'it is' : 'they are'} kept exactly as ${note.count === 1 ? 'it is' : 'they are'}.`;
    case 'redacted':
      return `Conversation ${shortId(note.conversation)} is ${completeExcept(note.count)}.`;
    case 'unportable-names':
      return `Windows takes no such name as ${names(note.paths)}: resumed there, conversation ${shortId(note.conversation)} comes without ${note.paths.length === 1 ? 'that file' : 'those files'}.`;
    case 'handoffs-lost':
      return `A merge has lost handoffs of ${names(note.devices)} in ${note.path}. The next save here that writes it puts them back.`;
    case 'left-aside':
      return `This device takes no such name as ${names(note.paths)}: ${note.paths.length === 1 ? 'that file stays' : 'those files stay'} in the session, and the rest of conversation ${shortId(note.conversation)} is here.`;
    case 'unreadable':
      return `${count(note.count, 'conversation file')} could not be read and ${note.count === 1 ? 'is' : 'are'} not part of this.`;
    case 'not-saved':
      return describeNotSaved(note.what, note.paths);
    case 'hooks-changed-files':
      return `A hook of yours changed ${names(note.paths)} while committing.`;
  }
}

function describeNotSaved(what: Extract<Note, { kind: 'not-saved' }>['what'], paths: readonly string[]): string {
  const one = paths.length === 1;
  switch (what) {
    case 'secrets':
      return `Not saved: ${names(paths)} (${one ? 'its name is that of a secret' : 'their names are those of secrets'}).`;
    case 'large':
      return `Not saved: ${names(paths)} (very large).`;
    case 'nestedRepositories':
      return `Not saved: ${names(paths)} (a repository of its own inside this one).`;
    case 'insideSubmodules':
      return `Changes inside the ${one ? 'submodule' : 'submodules'} ${names(paths)} are not saved.`;
    case 'emptyFolders':
      return `Not saved: ${names(paths)} (empty, and git knows no empty folders).`;
    case 'unreadableNames':
      return `Not saved: ${names(paths)} (${one ? 'its name is' : 'their names are'} not in UTF-8).`;
    case 'ignored':
      return `Not saved: ${names(paths)} (ignored by git, though the conversation wrote ${one ? 'it' : 'them'}).`;
    case 'lfs':
      return `Not saved: ${names(paths)} (but ${one ? 'its pointer' : 'their pointers'}: Git LFS sends contents only when the branch is pushed).`;
  }
}

/** Of what is saved of conversations. */
export function completeExcept(redactions: number): string {
  return `complete except ${count(redactions, 'redaction')}`;
}

function describeDistrust(error: ConvoSyncError): string {
  const { title, safe } = explainError(error);
  return [title, safe].filter((sentence) => sentence !== undefined).join(' ');
}

/** Where a saved session is now: what happened, and what that means for other devices. */
export function describeOutcome(report: SaveReport): { title: string; detail: string } {
  const alone = report.steps.some(({ kind }) => kind === 'capture') ? '' : ' It holds code alone, no conversation.';
  const code = `${report.branchPushed && report.branch !== undefined ? ` Branch ${report.branch} is at the remote.` : ''}${alone}`;
  switch (report.outcome) {
    case 'sent':
      return { title: `Saved session ${shortId(report.session)}`, detail: `It can be resumed on any of your devices.${code} Added ${bytes(report.stored)}.` };
    case 'queued':
      return { title: `Saved session ${shortId(report.session)} on this device`, detail: `It could not be sent yet and waits here; other devices do not see it.${code}` };
    case 'kept':
      return { title: `Saved session ${shortId(report.session)} on this device`, detail: `There is no remote to send it to, so other devices do not see it.${alone}` };
  }
}

/** First what was brought back, then what could not be, one sentence a line. */
export function describeUndo(report: UndoReport): string[] {
  const { code, index, conversations } = report.restored;
  const back = [...(code ? ['the code'] : []), ...(index ? ['what was staged'] : []), ...(conversations > 0 ? [count(conversations, 'conversation')] : [])];
  return [
    back.length === 0 ? `Undid ${shortId(report.session)}; nothing had to be brought back.` : `Undid ${shortId(report.session)}: ${names(back)} ${back.length === 1 && conversations <= 1 ? 'is' : 'are'} as before.`,
    ...(report.companions && report.companions.length > 0 ? [`${names(report.companions)} ${report.companions.length === 1 ? 'is' : 'are'} as before, too.`] : []),
    ...(report.trashed === true && !report.remains.includes('pushed-session') ? ['The session is in the trash, also on your other devices.'] : []),
    ...report.remains.map((what) => what === 'pushed-commit'
      ? 'The commit stays at the remote, where others may already have it.'
      : 'Your other devices see the session until this can be sent; then it goes to the trash there too.'),
    ...describeKept(report.kept),
  ];
}

/** Where what was newer is now, one sentence a line. */
function describeKept({ sessions, branches, stashed, files }: KeptWork): string[] {
  return [
    ...(sessions.length > 0 ? [`What was newer is kept as ${sessions.length === 1 ? 'session' : 'sessions'} ${names(sessions.map(shortId))}, which can be resumed.`] : []),
    ...(branches.length > 0 ? [`Newer commits are kept on ${branches.length === 1 ? 'branch' : 'branches'} ${names(branches)}.`] : []),
    ...(stashed ? ['Newer changes are kept in git’s stash; “git stash pop” brings them back.'] : []),
    ...(files.length > 0 ? [`Newer files were put aside, not overwritten: ${names(files)}.`] : []),
  ];
}

function nameOf(id: string, conversations: Conversations): string {
  const title = conversations.find((one) => one.id === id)?.title;
  return title === undefined ? shortId(id) : `“${title}”`;
}

function distance({ ahead, behind }: { ahead?: number; behind?: number }): string {
  const parts = [...(ahead ? [`${count(ahead, 'commit')} ahead`] : []), ...(behind ? [`${count(behind, 'commit')} behind`] : [])];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
