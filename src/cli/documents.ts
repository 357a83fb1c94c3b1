/**
 * What `--json` prints: one document a command, on standard output. Field names are part of the command line's
 * contract: they may gain neighbours and never change their meaning. Ids are full, times ISO 8601 in UTC, sizes bytes.
 */
import type { Finding } from '../core/git/finding.ts';
import type { ResumePlan, SavePlan, UndoPlan } from '../core/operations/plan.ts';
import type { CheckReport, ComparedSessions, Handoffs, Listing, Replay, ResumeReport, SaveReport, Status, UndoReport, VaultFacts } from '../core/operations/report.ts';
import type { SealedVault } from '../core/operations/renewKeys.ts';
import type { CleanReport } from '../core/vault/cleaning.ts';
import type { SavedSession } from '../core/vault/state.ts';
import { parseHandoff } from '../core/session/handoff/parse.ts';
import type { Message } from '../core/session/message.ts';
import { messageText } from '../core/session/search/messageText.ts';
import { ConvoSyncError } from '../core/common/errors.ts';
import { allDevices } from '../wording/devices.ts';
import { explainError } from '../wording/errors.ts';
import { explainFinding, remedyFlag } from '../wording/findings.ts';
import type { PreflightOperation } from '../wording/findings.ts';
import { sessionDocument } from '../wording/sessionJson.ts';
import { findingsOf } from './render/renderError.ts';
import type { Comparison, FoundHandoffs } from './render/renderHandoffs.ts';
import type { SearchedSessions } from './render/renderSearch.ts';
import type { SyncedFolder } from './render/renderSync.ts';

/** `{error: {code, message, …}}`; `code` is `unexpected` for what nobody expected. */
export function errorDocument(error: unknown, operation: PreflightOperation): unknown {
  const { title, safe, hint, quote } = explainError(error);
  const code = ConvoSyncError.is(error) ? error.code : error instanceof Error && error.name === 'AbortError' ? 'cancelled' : 'unexpected';
  const findings = findingsOf(error);
  return { error: { code, message: title, safe, hint, gitSays: quote, ...(findings.length === 0 ? {} : { findings: findings.map((finding) => findingDocument(finding, operation)) }) } };
}

export function savePlanDocument(plan: SavePlan): unknown {
  const { session, folder, repository, head, message, body, findings, blockers, steps, changes, conversations, handoff, sealing, wasReadable, readableSessions } = plan;
  return {
    dryRun: true, runnable: blockers.length === 0, session, folder, repository, head, message, body,
    findings: findings.map((finding) => findingDocument(finding, 'save')), steps, changes, conversations, handoff, sealing, wasReadable, readableSessions,
  };
}

export function saveDocument({ problem, ...report }: SaveReport): unknown {
  return { ...report, ...problemDocument(problem) };
}

export function resumePlanDocument(plan: ResumePlan): unknown {
  const { folder, session, findings, blockers, steps, companions, head, context, handoff } = plan;
  return { dryRun: true, runnable: blockers.length === 0, session: sessionDocument(session), folder, head, findings: findings.map((finding) => findingDocument(finding, 'resume')), steps, companions, context, handoff };
}

export function resumeDocument({ session, ...report }: ResumeReport): unknown {
  return { session: sessionDocument(session), ...report };
}

export function undoPlanDocument({ blockers, ...plan }: UndoPlan): unknown {
  return { dryRun: true, runnable: blockers.length === 0, ...plan, findings: blockers.map((finding) => findingDocument(finding, 'save')) };
}

export function undoDocument(report: UndoReport): unknown {
  return report;
}

export function statusDocument(status: Status): unknown {
  const { listing, current, lastSaved, resumable, tries, ...facts } = status;
  const { here } = listing;
  return {
    ...facts,
    here,
    ...(tries === undefined ? {} : { waiting: { since: tries.since, lastTry: tries.last, tries: tries.tries, ...problemDocument(tries.problem) } }),
    ...(current === undefined ? {} : { current: sessionDocument(current, here.id) }),
    ...(lastSaved === undefined ? {} : { lastSaved: sessionDocument(lastSaved, here.id) }),
    ...(resumable === undefined ? {} : { resumable: sessionDocument(resumable, here.id) }),
    sessions: listing.sessions.length,
    ...freshness(listing),
  };
}

export function listDocument(listing: Listing, sessions: readonly SavedSession[]): object {
  return { sessions: sessions.map((session) => sessionDocument(session, listing.here.id)), here: listing.here, ...freshness(listing) };
}

export function handoffDocument({ session, markdown }: Handoffs['handoffs'][number], { here }: Listing): unknown {
  const { sections, madeBy, at } = parseHandoff(markdown);
  return { session: sessionDocument(session, here.id), handoff: markdown, madeBy, at, sections };
}

export function repositoryHandoffDocument({ file, device, at, markdown }: Handoffs['inRepository'][number]): unknown {
  const { sections, madeBy } = parseHandoff(markdown);
  return { file, device, handoff: markdown, madeBy, at, sections };
}

export function comparisonDocument({ older, newer, sections }: Comparison): unknown {
  return { from: older.session.summary.id, to: newer.session.summary.id, sections };
}

export function foundHandoffsDocument({ listing, found, foundInRepository }: FoundHandoffs, { unread }: Handoffs): unknown {
  return {
    handoffs: found.map(({ session, lines }) => ({ session: sessionDocument(session, listing.here.id), lines })),
    inRepository: foundInRepository.map(({ handoff, lines }) => ({ file: handoff.file, device: handoff.device, at: handoff.at, lines })),
    unread: unread.map(({ session, error }) => ({ session: session.summary.id, ...problemDocument(error) })),
    ...freshness(listing),
  };
}

export function diffDocument({ older, newer, code, handoff, conversations, unknownAgents }: ComparedSessions): unknown {
  const message = (one: Message): unknown => ({ index: one.index, author: one.author, at: one.at, text: messageText(one) });
  return {
    from: sessionDocument(older.session),
    to: sessionDocument(newer.session),
    code: code?.map(({ path, was, change, lines }) => ({ path, was, change, lines })) ?? null,
    handoff,
    conversations: conversations.map(({ onlyOlder, onlyNewer, heldBy, ...facts }) => ({ ...facts, heldBy: heldBy === 'older' ? 'from' : heldBy === 'newer' ? 'to' : heldBy, onlyFrom: onlyOlder.map(message), onlyTo: onlyNewer.map(message) })),
    unknownAgents,
  };
}

/** @param worktree where its code is, absolute; undefined where none was made */
export function replayDocument({ session, commit, conversations }: Replay, worktree: string | undefined): unknown {
  return { session: sessionDocument(session), commit, worktree, conversations };
}

export function searchDocument({ listing, hits, isMore, missing, unread }: SearchedSessions): unknown {
  return {
    found: hits.map(({ session, said, at, snippet, conversation }) => ({ session: sessionDocument(session, listing.here.id), said, at, conversation, text: snippet.map(({ text }) => text).join(''), parts: snippet })),
    more: isMore,
    missing,
    unread: unread.map(({ session, error }) => ({ session: session.summary.id, ...problemDocument(error) })),
    ...freshness(listing),
  };
}

export function devicesDocument(status: Status): unknown {
  return { devices: allDevices(status).map(({ device, lastSeen, revoked }) => ({ ...device, lastSeen, revoked, here: device.id === status.listing.here.id })), ...freshness(status.listing) };
}

/** Of one repository as it is, of several as a list with their folders. */
export function syncDocument(folders: readonly SyncedFolder[], all: boolean): unknown {
  const documents = folders.map(({ folder, report, error }) => ({
    folder,
    ...(report ? { ...report, arrived: report.arrived.map((session) => sessionDocument(session)) } : {}),
    ...problemDocument(error),
  }));
  return all ? { repositories: documents } : documents[0];
}

function findingDocument(finding: Finding, operation: PreflightOperation): unknown {
  const { title, detail, safe, quote } = explainFinding(finding, operation);
  return {
    code: finding.code, severity: finding.severity, message: title, detail, safe, gitSays: quote, details: finding.details,
    remedies: finding.remedies.map((remedy) => ({ remedy, type: remedyFlag(remedy, finding, operation) })), answered: finding.answered,
  };
}

/** @param again what came of storing once more what was saved before; undefined where nobody asked for it */
export function sealedDocument(sealed: SealedVault, again: CleanReport | ConvoSyncError | undefined): unknown {
  return { ...sealed, ...(again === undefined ? {} : ConvoSyncError.is(again) ? problemDocument(again) : { again }) };
}

export function checkDocument({ faults, ...report }: CheckReport): unknown {
  return { ...report, faults: faultDocuments(faults) };
}

export function faultDocuments(faults: CheckReport['faults']): unknown {
  return faults.map(({ session, message, error }) => ({ session, message, ...problemDocument(error) }));
}

export function vaultDocument({ vault, code, sessions, ...listing }: VaultFacts): unknown {
  return { vault, code, sessions: sessions.length, ...freshness({ sessions, ...listing }) };
}

/** How far the answer can be relied on: absent `refreshed` means that the store was never read. */
function freshness({ place, refreshed, problem, sealing, wasReadable, readableSessions, notes }: Listing): object {
  return { place, refreshed, sealing, wasReadable, readableSessions, notes, ...problemDocument(problem) };
}

function problemDocument(problem: ConvoSyncError | undefined): object {
  if (problem === undefined) {
    return {};
  }
  const { title, hint, quote } = explainError(problem);
  return { problem: { code: problem.code, message: title, hint, gitSays: quote } };
}
