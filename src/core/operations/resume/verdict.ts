/** Whether what is on this machine is what a session says, and if not, what differs. */
import { stat } from 'node:fs/promises';
import type { Agent } from '../../agents/agent.ts';
import { aheadBehind, hasCommit } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { RepositoryState } from '../../git/status.ts';
import type { SessionManifest, StoredCode, StoredConversation } from '../../session/session.ts';
import { readState } from '../../git/workingTree.ts';
import { findCompanion } from '../companions.ts';
import type { InstallStep } from '../plan.ts';
import type { Difference, Verdict } from '../report.ts';
import { contextAt } from '../conversations.ts';
import { type ReadingOptions, readTranscript } from '../transcriptReading.ts';
import { type Destination, relationOf, requireAgent } from './compare.ts';

interface Resumed {
  installs: readonly InstallStep[];
  /** The session's uncommitted files were left in it. */
  leftSnapshot: boolean;
}

/**
 * @param state how the repository stands now
 * @param resumed what a resume did; a conversation may live under another id here
 */
export async function judge(to: Destination, repository: Repository, state: RepositoryState, manifest: SessionManifest, { installs, leftSnapshot }: Resumed = { installs: [], leftSnapshot: false }): Promise<Verdict> {
  const differences = [...(await judgeCode(to, repository, state, manifest.code, leftSnapshot)), ...(await judgeCompanions(to, repository, manifest)), ...(await judgeConversations(to, manifest, installs, contextAt(repository, state, to.signal)))];
  return { inSync: differences.length === 0, differences };
}

async function judgeCode({ parts, signal }: Destination, repository: Repository, { branch, commit, changes }: RepositoryState, code: StoredCode, leftSnapshot = false): Promise<Difference[]> {
  const differences: Difference[] = [];
  let wentOn = false;
  if (commit !== code.commit) {
    const known = await hasCommit(repository, code.commit, signal);
    const distance = known && commit !== undefined ? await aheadBehind(repository, commit, code.commit, signal) : undefined;
    wentOn = distance?.behind === 0;
    differences.push(known
      ? { kind: 'other-commit', here: commit ?? '', session: code.commit, ...distance }
      : { kind: 'commit-missing', session: code.commit });
  }
  // On the very commit, being on another branch or on none makes no difference to the code.
  if (branch !== code.branch && commit !== code.commit) {
    differences.push({ kind: 'other-branch', ...(branch === undefined ? {} : { here: branch }), ...(code.branch === undefined ? {} : { session: code.branch }) });
  }
  if (code.snapshot && commit === code.commit) {
    if (changes.length === 0) {
      differences.push({ kind: 'snapshot-missing', files: code.snapshot.files });
    } else if (!(await (await import('../snapshots.ts')).isInPlace(parts, repository, commit, code.snapshot, signal))) {
      differences.push({ kind: 'snapshot-changed', files: changes.length });
    }
  } else {
    // Whoever went on from there may have committed them.
    differences.push(...(code.snapshot && (leftSnapshot || !wentOn) ? [{ kind: 'snapshot-missing', files: code.snapshot.files } as const] : []));
    differences.push(...(changes.length > 0 ? [{ kind: 'working-tree-changed', files: changes.length } as const] : []));
  }
  return code.clean ? differences : [...differences, { kind: 'session-unclean', ...(code.leftOut ? { files: Object.values(code.leftOut).flat() } : {}) }];
}

async function judgeCompanions(to: Destination, main: Repository, { companions = [] }: SessionManifest): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const code of companions) {
    const repository = await findCompanion(to.parts, main, code, [], to.signal);
    const found: Difference[] = repository ? await judgeCode(to, repository, await readState(repository, to.signal), code) : [{ kind: 'companion-missing' }];
    differences.push(...found.map((difference) => ({ ...difference, repository: code.repository.name })));
  }
  return differences;
}

async function judgeConversations(to: Destination, manifest: SessionManifest, installs: readonly InstallStep[], contextOf: ReadingOptions['contextOf']): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const conversation of manifest.conversations) {
    const agent = requireAgent(to.parts, conversation.agent);
    if (agent.fidelity === 'shown') {
      continue;
    }
    const as = installs.find(({ agent: id, conversation: original }) => id === agent.id && original === conversation.id)?.as ?? conversation.id;
    const names = { agent: agent.id, conversation: conversation.id };
    if (as !== conversation.id) {
      const isElsewhere = (await relationOf(to, agent, conversation, conversation.id)) === 'elsewhere';
      differences.push({ kind: 'conversation-forked', ...names, as, ...(isElsewhere ? { elsewhere: true } : {}) });
    }
    switch (await relationOf(to, agent, conversation, as)) {
      case 'absent':
        differences.push({ kind: 'conversation-missing', ...names });
        continue;
      case 'stored-longer':
        differences.push({ kind: 'conversation-shorter', ...names });
        break;
      case 'local-longer': {
        // Two devices that joined the same continuations have them in another order: nobody is ahead.
        const messages = await messagesBeyond(to, agent, conversation, as, contextOf);
        differences.push(...(messages > 0 ? [{ kind: 'conversation-longer', ...names, messages } as const] : []));
        break;
      }
      case 'joinable':
      case 'diverged':
        differences.push({ kind: 'conversation-diverged', ...names });
        break;
      case 'same':
      case 'elsewhere':
        break;
    }
    const { visible, reason } = await agent.verify(as, conversation.folder, { folder: to.folder });
    if (!visible) {
      differences.push({ kind: 'agent-blind', ...names, reason: reason ?? '' });
    }
  }
  return differences;
}

async function messagesBeyond(to: Destination, agent: Agent, conversation: StoredConversation, as: string, contextOf: ReadingOptions['contextOf']): Promise<number> {
  const [main] = conversation.files;
  const absolute = main && (await agent.place(as, main.path, conversation.folder, { folder: to.folder }));
  if (absolute === undefined) {
    return 0;
  }
  const { counted } = await readTranscript(to.parts.home, { agent, conversation: as, absolute, size: (await stat(absolute)).size }, { wanted: 'counts', contextOf, signal: to.signal });
  return Math.max(0, counted.messages - conversation.messages);
}
