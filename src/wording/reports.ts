/** What happened and where things stand, in sentences. */
import type { ConvoSyncError } from '../core/common/errors.ts';
import type { Difference, KeptWork, Note, SaveReport, UndoReport, Verdict } from '../core/operations/report.ts';
import type { SessionSummary } from '../core/session/session.ts';
import { t } from '../l10n/language.ts';
import { explainError } from './errors.ts';
import { afterColon } from './facts.ts';
import { bytes, count, names, sentences } from './quantities.ts';
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
    title: verdict.inSync ? t`Code and conversation are in sync` : t`Code and conversation are not quite those of the session`,
    differences: verdict.differences.map((difference) => describeDifference(difference, conversations)),
  };
}

export function describeDifference(difference: Difference, conversations: Conversations = []): string {
  const sentence = differenceSentence(difference, conversations);
  return difference.repository === undefined ? sentence : t`In ${difference.repository}: ${sentence}`;
}

function differenceSentence(difference: Difference, conversations: Conversations): string {
  switch (difference.kind) {
    case 'other-commit':
      return otherCommit(difference);
    case 'other-branch':
      return t`You are on ${difference.here ?? t`no branch`}, the session on ${difference.session ?? t`no branch`}.`;
    case 'working-tree-changed':
      return difference.files === 1 ? t`${count(1, 'file')} here has uncommitted changes.` : t`${count(difference.files, 'file')} here have uncommitted changes.`;
    case 'snapshot-missing': {
      const files = count(difference.files, 'uncommitted file');
      return difference.files === 1 ? t`${files} of the session is not in the working tree.` : t`${files} of the session are not in the working tree.`;
    }
    case 'snapshot-changed': {
      const files = count(difference.files, 'file');
      return difference.files === 1 ? t`${files} here has uncommitted changes that are not those of the session.` : t`${files} here have uncommitted changes that are not those of the session.`;
    }
    case 'session-unclean':
      return t`When it was saved there were changes that the session does not hold${afterColon(difference.files && names(difference.files))}.`;
    case 'conversation-missing':
      return t`Conversation ${nameOf(difference.conversation, conversations)} is not on this device.`;
    case 'conversation-longer':
      return t`Conversation ${nameOf(difference.conversation, conversations)} went on here by ${count(difference.messages, 'message')}.`;
    case 'conversation-shorter':
      return t`Conversation ${nameOf(difference.conversation, conversations)} is shorter here than in the session.`;
    case 'conversation-diverged':
      return t`Conversation ${nameOf(difference.conversation, conversations)} went on here and elsewhere.`;
    case 'conversation-forked': {
      const name = nameOf(difference.conversation, conversations);
      const id = shortId(difference.as);
      return difference.elsewhere === true
        ? t`Conversation ${name} belongs to another folder of this device; the session’s is here as ${id}.`
        : t`Conversation ${name} went on in two places; the session’s is here as ${id}.`;
    }
    case 'agent-blind':
      return t`The agent does not see conversation ${nameOf(difference.conversation, conversations)}${afterColon(blindReasons[difference.reason]?.())}.`;
    case 'commit-missing':
      return t`The session’s commit ${shortCommit(difference.session)} is not on this device.`;
    case 'companion-missing':
      return t`The repository is not where it was looked for.`;
  }
}

function otherCommit({ here, session, ahead = 0, behind = 0 }: Extract<Difference, { kind: 'other-commit' }>): string {
  const [code, saved] = [shortCommit(here), shortCommit(session)];
  if (ahead > 0 && behind > 0) {
    return t`The code here is at ${code}, ${count(ahead, 'commit')} ahead of the session’s ${saved} and ${count(behind, 'commit')} behind it.`;
  }
  if (ahead > 0) {
    return t`The code here is at ${code}, ${count(ahead, 'commit')} ahead of the session’s ${saved}.`;
  }
  return behind > 0
    ? t`The code here is at ${code}, ${count(behind, 'commit')} behind the session’s ${saved}.`
    : t`The code here is at ${code}, the session at ${saved}.`;
}

/** What an agent says when it will not see a conversation (see `Agent.verify`). */
const blindReasons: Readonly<Record<string, () => string>> = {
  missing: () => t`it is not where the agent looks for it`,
  'in-two-folders': () => t`it lies in two folders of the agent`,
  'in-other-workspace': () => t`it belongs to another folder of this device`,
  'no-record': () => t`it holds nothing that the agent can read`,
  archived: () => t`it is archived in the agent, which can take it out of its archive`,
  'parent-missing': () => t`the conversation that it was forked from is not here, and the agent needs it`,
  'other-provider': () => t`it names another provider of models than the agent is set to use here`,
};

export function describeNote(note: Note): string {
  switch (note.kind) {
    case 'recovered':
      return sentences(describeRecovered(note), ...(note.kept ? describeKept(note.kept) : []));
    case 'interrupted':
      return describeInterrupted(note.operation);
    case 'copied-device':
      return t`ConvoSync’s folder on this device was copied or restored. Both copies count as this one device, and nothing is lost by that.`;
    case 'distrusted':
      return describeDistrust(note.error);
    case 'refused-records': {
      const from = `${note.object.slice(0, 12)}…`;
      return note.reason === 'ended'
        ? t`${note.device ?? t`A device`} was taken out of the vault and has written on: nothing of that is used (from ${from} on).`
        : t`Somebody with a key that was replaced has written as a device that nobody knows: nothing of that is used (from ${from} on).`;
    }
    case 'clock-ahead':
      return t`The clock of ${count(note.writers, 'device')} runs more than a day ahead; the order of sessions may be off.`;
    case 'generic-device-name':
      return t`This device is called “${note.name}”, which does not tell it from others. Give it a name.`;
    case 'bad-lines': {
      const lines = count(note.count, 'line');
      const conversation = shortId(note.conversation);
      return note.count === 1
        ? t`${lines} of conversation ${conversation} could not be read; it is kept exactly as it is.`
        : t`${lines} of conversation ${conversation} could not be read; they are kept exactly as they are.`;
    }
    case 'redacted':
      return t`Conversation ${shortId(note.conversation)} is ${completeExcept(note.count)}.`;
    case 'unportable-names':
      return note.paths.length === 1
        ? t`Windows takes no such name as ${names(note.paths)}: resumed there, conversation ${shortId(note.conversation)} comes without that file.`
        : t`Windows takes no such name as ${names(note.paths)}: resumed there, conversation ${shortId(note.conversation)} comes without those files.`;
    case 'handoffs-lost':
      return t`A merge has lost handoffs of ${names(note.devices)} in ${note.path}. The next save here that writes it puts them back.`;
    case 'left-aside':
      return note.paths.length === 1
        ? t`This device takes no such name as ${names(note.paths)}: that file stays in the session, and the rest of conversation ${shortId(note.conversation)} is here.`
        : t`This device takes no such name as ${names(note.paths)}: those files stay in the session, and the rest of conversation ${shortId(note.conversation)} is here.`;
    case 'unreadable': {
      const files = count(note.count, 'conversation file');
      return note.count === 1 ? t`${files} could not be read and is not part of this.` : t`${files} could not be read and are not part of this.`;
    }
    case 'not-saved':
      return describeNotSaved(note.what, note.paths);
    case 'hooks-changed-files':
      return t`A hook of yours changed ${names(note.paths)} while committing.`;
  }
}

function describeRecovered({ operation, session, how }: Extract<Note, { kind: 'recovered' }>): string {
  const id = shortId(session);
  const isCompleted = how === 'completed';
  switch (operation) {
    case 'save':
      return isCompleted ? t`An interrupted save (${id}) was completed first.` : t`An interrupted save (${id}) was taken back first.`;
    case 'resume':
      return isCompleted ? t`An interrupted resume (${id}) was completed first.` : t`An interrupted resume (${id}) was taken back first.`;
    case 'undo':
      return isCompleted ? t`An interrupted undo (${id}) was completed first.` : t`An interrupted undo (${id}) was taken back first.`;
  }
}

function describeInterrupted(operation: Extract<Note, { kind: 'interrupted' }>['operation']): string {
  switch (operation) {
    case 'save':
      return t`A save was interrupted here. The next command that looks at the remote completes it or takes it back.`;
    case 'resume':
      return t`A resume was interrupted here. The next command that looks at the remote completes it or takes it back.`;
    case 'undo':
      return t`An undo was interrupted here. The next command that looks at the remote completes it or takes it back.`;
  }
}

function describeNotSaved(what: Extract<Note, { kind: 'not-saved' }>['what'], paths: readonly string[]): string {
  const one = paths.length === 1;
  const all = names(paths);
  switch (what) {
    case 'secrets':
      return one ? t`Not saved: ${all} (its name is that of a secret).` : t`Not saved: ${all} (their names are those of secrets).`;
    case 'large':
      return t`Not saved: ${all} (very large).`;
    case 'nestedRepositories':
      return t`Not saved: ${all} (a repository of its own inside this one).`;
    case 'insideSubmodules':
      return one ? t`Changes inside the submodule ${all} are not saved.` : t`Changes inside the submodules ${all} are not saved.`;
    case 'emptyFolders':
      return t`Not saved: ${all} (empty, and git knows no empty folders).`;
    case 'unreadableNames':
      return one ? t`Not saved: ${all} (its name is not in UTF-8).` : t`Not saved: ${all} (their names are not in UTF-8).`;
    case 'ignored':
      return one ? t`Not saved: ${all} (ignored by git, though the conversation wrote it).` : t`Not saved: ${all} (ignored by git, though the conversation wrote them).`;
    case 'lfs':
      return one
        ? t`Not saved: ${all} (but its pointer: Git LFS sends contents only when the branch is pushed).`
        : t`Not saved: ${all} (but their pointers: Git LFS sends contents only when the branch is pushed).`;
  }
}

/** Of what is saved of conversations. */
export function completeExcept(redactions: number): string {
  return t`complete except ${count(redactions, 'redaction')}`;
}

function describeDistrust(error: ConvoSyncError): string {
  const { title, safe } = explainError(error);
  return sentences(title, safe);
}

/** Where a saved session is now: what happened, and what that means for other devices. */
export function describeOutcome(report: SaveReport): { title: string; detail: string } {
  const id = shortId(report.session);
  const alone = report.steps.some(({ kind }) => kind === 'capture') ? undefined : t`It holds code alone, no conversation.`;
  const branch = report.branchPushed && report.branch !== undefined ? t`Branch ${report.branch} is at the remote.` : undefined;
  switch (report.outcome) {
    case 'sent':
      return { title: t`Saved session ${id}`, detail: sentences(t`It can be resumed on any of your devices.`, branch, alone, t`Added ${bytes(report.stored)}.`) };
    case 'queued':
      return { title: t`Saved session ${id} on this device`, detail: sentences(t`It could not be sent yet and waits here; other devices do not see it.`, branch, alone) };
    case 'kept':
      return { title: t`Saved session ${id} on this device`, detail: sentences(t`There is no remote to send it to, so other devices do not see it.`, alone) };
  }
}

/** First what was brought back, then what could not be, one sentence a line. */
export function describeUndo(report: UndoReport): string[] {
  return [
    describeBroughtBack(report),
    ...(report.companions && report.companions.length > 0 ? [describeCompanionsBack(report.companions)] : []),
    ...(report.trashed === true && !report.remains.includes('pushed-session') ? [t`The session is in the trash, also on your other devices.`] : []),
    ...report.remains.map((what) => what === 'pushed-commit'
      ? t`The commit stays at the remote, where others may already have it.`
      : t`Your other devices see the session until this can be sent; then it goes to the trash there too.`),
    ...describeKept(report.kept),
  ];
}

function describeBroughtBack({ session, restored: { code, index, conversations } }: UndoReport): string {
  const id = shortId(session);
  const back = [...(code ? [t`the code`] : []), ...(index ? [t`what was staged`] : []), ...(conversations > 0 ? [count(conversations, 'conversation')] : [])];
  if (back.length === 0) {
    return t`Undid ${id}; nothing had to be brought back.`;
  }
  return back.length === 1 && conversations <= 1 ? t`Undid ${id}: ${names(back)} is as before.` : t`Undid ${id}: ${names(back)} are as before.`;
}

function describeCompanionsBack(companions: readonly string[]): string {
  return companions.length === 1 ? t`${names(companions)} is as before, too.` : t`${names(companions)} are as before, too.`;
}

/** Where what was newer is now, one sentence a line. */
function describeKept({ sessions, branches, stashed, files }: KeptWork): string[] {
  const ids = names(sessions.map(shortId));
  return [
    ...(sessions.length === 1 ? [t`What was newer is kept as session ${ids}, which can be resumed.`] : []),
    ...(sessions.length > 1 ? [t`What was newer is kept as sessions ${ids}, which can be resumed.`] : []),
    ...(branches.length === 1 ? [t`Newer commits are kept on branch ${names(branches)}.`] : []),
    ...(branches.length > 1 ? [t`Newer commits are kept on branches ${names(branches)}.`] : []),
    ...(stashed ? [t`Newer changes are kept in git’s stash; “git stash pop” brings them back.`] : []),
    ...(files.length > 0 ? [t`Newer files were put aside, not overwritten: ${names(files)}.`] : []),
  ];
}

function nameOf(id: string, conversations: Conversations): string {
  const title = conversations.find((one) => one.id === id)?.title;
  return title === undefined ? shortId(id) : t`“${title}”`;
}
