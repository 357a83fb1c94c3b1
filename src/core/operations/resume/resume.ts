/**
 * A resume: protect → code → conversation → verify. Before anything of the user's changes, an undo point keeps it; the
 * journal names the undo point, so a resume that a crash interrupted is taken back as a whole by whoever comes next, in all
 * repositories of the session.
 */
import { ConvoSyncError, throwIfCancelled } from '../../common/errors.ts';
import type { Repository } from '../../git/repository.ts';
import type { RepositoryState } from '../../git/status.ts';
import { pluginHandoffFile } from '../../session/handoff/pluginFile.ts';
import type { SessionManifest } from '../../session/session.ts';
import { rememberCompanions, withCompanionsLocked } from '../companions.ts';
import type { Vault } from '../../vault/vault.ts';
import type { RunOptions } from '../convosync.ts';
import { handoffsLostInMerge } from '../handoffs/lostInMerge.ts';
import { withVaultLocked } from '../locks.ts';
import { conversationNotes, deviceNotes } from '../notes.ts';
import type { Parts } from '../parts.ts';
import type { InstallStep } from '../plan.ts';
import type { Note, ResumeReport } from '../report.ts';
import type { KeptConversation, UndoPoint, UndoPoints } from '../undo/undoPoint.ts';
import { goOnWith } from '../vaultChoice.ts';
import { noteWorkAsSaved } from '../workAsSaved.ts';
import { type Destination, requireAgent, sidecarsHere } from './compare.ts';
import { installFile, noteInstalled, placements } from './install.ts';
import { MovingCheckout } from './movingCheckout.ts';
import type { PreparedResume } from './planResume.ts';
import { judge } from './verdict.ts';

/** Runs a plan under the checkout's lock, which the caller holds; those of the session's other repositories are taken here. */
export async function runResume(parts: Parts, prepared: PreparedResume, options: RunOptions): Promise<ResumeReport> {
  const { plan, checkout, source, manifest, companions } = prepared;
  const { vault } = checkout;
  const { signal, onProgress } = options;
  const others = companions.map(({ repository, code, planned }) => new MovingCheckout(parts, repository, { plan, code, ...planned }));
  const own = new MovingCheckout(parts, checkout.repository, { plan, code: manifest.code, head: plan.head, steps: plan.steps.filter((step) => step.kind !== 'install') });
  // The session's own repository goes last, and the conversation after it: an agent that finds it finds its code, too.
  const all = [...others, own];
  const to: Destination = { parts, source, session: plan.session, folder: own.repository.top, signal };
  const locked = (action: () => Promise<ResumeReport>): Promise<ResumeReport> => (vault ? withVaultLocked(parts, vault, { purpose: 'resuming', signal }, action) : action());
  return locked(() => withCompanionsLocked(parts, companions.map(({ repository }) => repository), { purpose: 'resuming', signal }, async () => {
    await Promise.all(all.map((moving) => moving.assertAsPlanned()));
    if (vault) {
      await goOnWith(parts, checkout, vault.id, signal);
    }
    onProgress?.({ phase: 'protect' });
    let state: RepositoryState;
    try {
      for (const moving of others) {
        await moving.begin({ partOf: own });
      }
      await own.begin({ companions: others });
      onProgress?.({ phase: 'protect' });
      for (const moving of all) {
        await moving.move(parts, options);
      }
      for (const step of plan.steps.filter((step) => step.kind === 'install')) {
        throwIfCancelled(signal);
        onProgress?.({ phase: 'conversation' });
        own.point = await install(to, own.points, own.point, manifest, step, options);
      }
      onProgress?.({ phase: 'verify' });
      for (const moving of others) {
        await moving.arrive();
      }
      state = await own.arrive();
    } catch (error) {
      for (const moving of all) {
        await moving.takeBack();
      }
      throw error;
    }
    onProgress?.({ phase: 'verify' });
    if (manifest.code.snapshot && plan.steps.some(({ kind }) => kind === 'restore-snapshot')) {
      await noteWorkAsSaved(parts.home, own.repository, plan.session.outline.id, state.changes, signal);
    }
    await rememberCompanions(parts.home, own.repository, others.map(({ repository }) => repository.top));
    // With its own journal's entry gone the resume counts as done, in all of them.
    for (const moving of [own, ...others]) {
      await moving.finish();
    }
    return report(parts, prepared, state, to);
  }));
}

/** What is replaced is kept before the first file is written. */
async function install(to: Destination, points: UndoPoints, begun: UndoPoint, { conversations }: SessionManifest, step: InstallStep, { onProgress }: RunOptions): Promise<UndoPoint> {
  const conversation = conversations.find(({ agent, id }) => agent === step.agent && id === step.conversation);
  if (!conversation) {
    throw new ConvoSyncError('install-failed', 'The session does not hold this conversation.', { details: { conversation: step.conversation } });
  }
  const { files: placed, adaptations } = await placements(to, conversation, step);
  let point = begun;
  if (placed.length > 0) {
    const written: KeptConversation = { agent: step.agent, id: step.as, files: placed.map(({ absolute }) => absolute), ...(step.title === undefined ? {} : { title: step.title }) };
    point = await points.keep({ ...begun, conversations: [...begun.conversations, written] }, placed.map(({ absolute, sha256 }) => ({ absolute, after: sha256 })));
  }
  // The transcript goes last: an agent that finds it finds its sidecars too.
  for (const [index, placement] of placed.toReversed().entries()) {
    onProgress?.({ phase: 'conversation', done: index, total: placed.length });
    await installFile(to, placement);
  }
  onProgress?.({ phase: 'conversation', done: placed.length, total: placed.length });
  if (placed.length > 0) {
    await requireAgent(to.parts, step.agent).records?.deliver(step.as, to.signal);
  }
  await noteInstalled(to, conversation, step, adaptations);
  return point;
}

async function report(parts: Parts, { plan, checkout, manifest }: PreparedResume, state: RepositoryState, to: Destination): Promise<ResumeReport> {
  const { repository, vault } = checkout;
  const installs = plan.steps.filter((step) => step.kind === 'install');
  return {
    session: plan.session,
    steps: plan.steps,
    companions: plan.companions,
    verdict: await judge(to, repository, state, manifest, { installs, leftSnapshot: plan.findings.some(({ code, repository: name }) => code === 'snapshot-stays' && name === undefined) }),
    commands: installs.filter(({ outcome }) => outcome !== 'shown').map((step) => {
      const agent = requireAgent(parts, step.agent);
      const folder = manifest.conversations.find(({ id }) => id === step.conversation)?.folder ?? '';
      return { agent: agent.id, agentName: agent.name, conversation: step.as, ...agent.resumeCommand(step.as, folder, { folder: repository.top }) };
    }),
    folder: repository.top,
    ...(plan.context ? { context: plan.context } : {}),
    undo: plan.id,
    handoff: plan.handoff,
    notes: [...conversationNotes(manifest.conversations), ...(await notesOfLeftAside(to, manifest, installs)), ...(await notesOfLostHandoffs(parts, repository, vault)), ...deviceNotes(vault)],
  };
}

async function notesOfLostHandoffs(parts: Parts, repository: Repository, vault: Vault | undefined): Promise<Note[]> {
  const lost = await handoffsLostInMerge(parts, repository, vault);
  return lost.length === 0 ? [] : [{ kind: 'handoffs-lost', path: pluginHandoffFile, devices: lost.map(({ device }) => device) }];
}

async function notesOfLeftAside(to: Destination, { conversations }: SessionManifest, installs: readonly InstallStep[]): Promise<Note[]> {
  const notes: Note[] = [];
  for (const step of installs.filter(({ outcome }) => outcome !== 'shown')) {
    const conversation = conversations.find(({ agent, id }) => agent === step.agent && id === step.conversation);
    const { refused } = conversation ? await sidecarsHere(to, requireAgent(to.parts, step.agent), conversation, step.as) : { refused: [] };
    if (refused.length > 0) {
      notes.push({ kind: 'left-aside', agent: step.agent, conversation: step.conversation, paths: refused.map(({ path }) => path) });
    }
  }
  return notes;
}
