/** Plans the resume of a portable session: as of one of a vault, without there being one. */
import { ConvoSyncError } from '../../common/errors.ts';
import { marked } from '../../common/marked.ts';
import { isMissing } from '../../common/files.ts';
import type { Finding } from '../../git/finding.ts';
import { isBranchName } from '../../git/refName.ts';
import type { Repository } from '../../git/repository.ts';
import { PortableSession } from '../../portable/portableSession.ts';
import { outlineOf, type SessionManifest } from '../../session/session.ts';
import { listInstallMaps } from '../../vault/installMap.ts';
import type { SavedSession } from '../../vault/state.ts';
import { type Checkout, findSurroundings } from '../checkout.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { ResumeRequest } from '../plan.ts';
import { planArrival, type PreparedResume } from '../resume/planResume.ts';
import { rememberedHere, type Surroundings } from '../vaultChoice.ts';

/** What is installed from files is noted under this id where no vault is in use. */
const noVault = 'imported';

/** @throws ConvoSyncError as `PortableSession.open`; `usage` where there is no such file */
export async function planImport(parts: Parts, repository: Repository, file: string, request: ResumeRequest, options: RunOptions): Promise<PreparedResume> {
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'list' });
  const portable = await openPortable(file, signal);
  assertBranches(portable.manifest.session);
  const { device, summary, session: manifest } = portable.manifest;
  const session: SavedSession = { outline: outlineOf(summary), summary, device, writer: noVault, seq: 1, pinned: false, queued: false };
  const { around, state, problem } = await findSurroundings(parts, repository, { refresh: true, signal });
  const checkout: Checkout = { ...around, state, problem, vault: undefined };
  const source = { id: await notedUnder(parts, around, manifest), contents: portable };
  const prepared = await planArrival(parts, checkout, { source, session, manifest: withoutDebugging(manifest), findings: [] }, request, options);
  const { findings, blockers } = prepared.plan;
  return { ...prepared, plan: { ...prepared.plan, findings: findings.map(asOfFile), blockers: blockers.map(asOfFile) } };
}

/** Where this device knows in what form the conversations stand here, if it has them. */
async function notedUnder(parts: Parts, around: Surroundings, { conversations }: SessionManifest): Promise<string> {
  const imported = await listInstallMaps(parts.home, noVault);
  const wasImported = conversations.some(({ agent, id }) => imported.some((map) => map.agent === agent && (map.conversation === id || map.forkOf?.id === id)));
  return wasImported ? noVault : (await rememberedHere(parts, around)) ?? noVault;
}

/** No other device can save once more what is missing in it. */
function asOfFile(finding: Finding): Finding {
  return finding.code === 'commit-missing' ? { ...finding, details: { ...finding.details, source: 'file' } } : finding;
}

async function openPortable(file: string, signal?: AbortSignal): Promise<PortableSession> {
  try {
    return await PortableSession.open(file, signal);
  } catch (cause) {
    if (isMissing(cause)) {
      throw new ConvoSyncError('usage', marked`There is no file ${file}.`, { cause });
    }
    throw cause;
  }
}

/** A name may be an option to git, or no name at all. */
function assertBranches({ code, companions = [] }: SessionManifest): void {
  if (![code, ...companions].every(({ branch }) => branch === undefined || isBranchName(branch))) {
    throw new ConvoSyncError('portable-unreadable', 'A branch of the portable session has a name that git takes from nobody.', { details: { reason: 'bad-manifest' } });
  }
}

/** A stranger's variables would be set here, and the conditions of a stranger's breakpoints be run. */
function withoutDebugging({ context, ...manifest }: SessionManifest): SessionManifest {
  if (!context) {
    return manifest;
  }
  const { folder, editors, layout, terminals } = context;
  return { ...manifest, context: { folder, editors, terminals, ...(layout ? { layout } : {}) } };
}
