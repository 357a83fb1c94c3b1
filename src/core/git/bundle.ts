/**
 * Git bundles, as gitformat-bundle(5) describes them: a header that names prerequisites and one tip, then a thin pack.
 * `git bundle` itself can neither name a commit that no ref names, nor read a bundle whose prerequisites no ref reaches, and
 * either would need refs of ours in the user's repository. So the header is written here and the pack by `pack-objects`; the way
 * back is `index-pack`. The files are ordinary all the same: `git fetch <file> HEAD` and `git clone <file>` take them.
 *
 *     # v2 git bundle              or `# v3 git bundle` and `@object-format=sha256`
 *     -<prerequisite> <subject>    any number
 *     <tip> HEAD
 *     <empty line>
 *     PACK…
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { tryReadFile, writeFileAtomic } from '../common/files.ts';
import type { GitResult, RunOptions } from './git.ts';
import type { Repository } from './repository.ts';

export interface BundleHeader {
  tip: string;
  prerequisites: string[];
  /** Bytes before the pack. */
  length: number;
}

/**
 * Writes the commits that `tip` has and `excluding` have not, and leaves nothing in the repository. Undefined, without a
 * file, when there are none. Excluded commits that are not here are passed over; a tip that is not throws `commit-missing`.
 * The prerequisites are what another repository must have, with its history, to take the bundle.
 */
export async function createBundle(repository: Repository, commits: { tip: string; excluding: readonly string[] }, outFile: string, signal?: AbortSignal): Promise<{ prerequisites: string[] } | undefined> {
  const { tip } = commits;
  const listed = await run(repository, ['rev-list', '--boundary', '--ignore-missing', '--stdin'], { input: revisions(tip, commits.excluding), signal });
  const lines = listed.stdout.toString('utf8').split('\n').filter((line) => line !== '');
  const included = lines.filter((line) => !line.startsWith('-'));
  if (included.length === 0) {
    if ((await missingCommits(repository, [tip], signal)).length > 0) {
      throw new ConvoSyncError('commit-missing', 'The commit to bundle is not here.', { details: { commits: [tip] } });
    }
    return undefined;
  }
  const boundary = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
  const prerequisites = [...boundary, ...(await parentsCutOff(repository, included, signal))];
  await writeBundle(repository, { tip, boundary, prerequisites }, outFile, signal);
  return { prerequisites };
}

/** The same for commits that are known to build upon `base` and nothing else. */
export async function createBundleOn(base: string, repository: Repository, tip: string, outFile: string, signal?: AbortSignal): Promise<{ prerequisites: string[] }> {
  const prerequisites = [base];
  await writeBundle(repository, { tip, boundary: prerequisites, prerequisites }, outFile, signal);
  return { prerequisites };
}

async function writeBundle(repository: Repository, { tip, boundary, prerequisites }: { tip: string; boundary: readonly string[]; prerequisites: readonly string[] }, outFile: string, signal: AbortSignal | undefined): Promise<void> {
  const pack = repository.git.stream(['pack-objects', '--stdout', '--revs', '--thin', '--delta-base-offset', '--quiet'], {
    cwd: repository.top,
    input: revisions(tip, boundary),
    signal,
    timeout: 0,
    readOnly: true,
  });
  throwIfCancelled(signal);
  await writeFileAtomic(outFile, withHeader(formatHeader(tip, prerequisites), pack), { mode: 0o600 });
}

/**
 * Makes the commits of a bundle present, reachable by no ref yet, and returns its tip. Throws `commit-missing` with
 * `details.commits` when prerequisites are not here, and `git-failed` for a file that is damaged or no bundle.
 */
export async function applyBundle(repository: Repository, file: string, signal?: AbortSignal): Promise<string> {
  const { tip, prerequisites, length } = await readBundleHeader(file);
  const missing = await missingCommits(repository, prerequisites, signal);
  if (missing.length > 0) {
    throw new ConvoSyncError('commit-missing', 'Commits that a bundle builds upon are not here.', { details: { commits: missing } });
  }
  if (!(await isComplete(repository, tip, prerequisites, signal))) {
    throwIfCancelled(signal);
    await run(repository, ['index-pack', '--stdin', '--fix-thin'], { input: createReadStream(file, { start: length }), signal });
    if (!(await isComplete(repository, tip, prerequisites, signal))) {
      throw new ConvoSyncError('git-failed', 'A bundle does not hold all that it names.', { details: { tip } });
    }
  }
  return tip;
}

/** Throws `git-failed` when the file is not a bundle as written above. */
export async function readBundleHeader(file: string): Promise<BundleHeader> {
  const text = await readUntilPack(file);
  const [signature, ...lines] = text.split('\n');
  const header: BundleHeader = { tip: '', prerequisites: [], length: Buffer.byteLength(text, 'latin1') };
  for (const line of lines.slice(0, -2)) {
    const [, mark, oid] = /^(-?)([0-9a-f]{40}(?:[0-9a-f]{24})?) /.exec(line) ?? [];
    if (oid !== undefined && mark === '-') {
      header.prerequisites.push(oid);
    } else if (oid !== undefined && header.tip === '') {
      header.tip = oid;
    } else if (!/^@object-format=sha(1|256)$/.test(line)) {
      throw notABundle(file);
    }
  }
  if (!/^# v[23] git bundle$/.test(signature ?? '') || header.tip === '') {
    throw notABundle(file);
  }
  return header;
}

/** Those of the commits that are not in the repository, in order. */
export async function missingCommits(repository: Repository, commits: readonly string[], signal?: AbortSignal): Promise<string[]> {
  if (commits.length === 0) {
    return [];
  }
  const { stdout } = await run(repository, ['cat-file', '--batch-check'], { input: commits.join('\n') + '\n', signal });
  const answers = stdout.toString('utf8').split('\n');
  return commits.filter((_, index) => !/^[0-9a-f]+ commit /.test(answers[index] ?? ''));
}

function revisions(tip: string, excluding: readonly string[]): string {
  return [tip, ...excluding.map((oid) => `^${oid}`), ''].join('\n');
}

function formatHeader(tip: string, prerequisites: readonly string[]): string {
  const format = tip.length === 64 ? ['# v3 git bundle', '@object-format=sha256'] : ['# v2 git bundle'];
  return [...format, ...prerequisites.map((oid) => `-${oid} `), `${tip} HEAD`, '', ''].join('\n');
}

async function* withHeader(header: string, pack: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(header, 'latin1');
  yield* pack;
}

/**
 * In a shallow clone the oldest commits seem to have no parents. They have: a bundle of such a commit builds upon
 * parents that are not here.
 */
async function parentsCutOff(repository: Repository, included: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  const shallow = new Set((await tryReadFile(path.join(repository.commonDir, 'shallow')))?.split('\n').filter((line) => line !== ''));
  const parents = new Set<string>();
  for (const oid of included.filter((commit) => shallow.has(commit))) {
    const { stdout } = await run(repository, ['cat-file', 'commit', oid], { signal });
    const [head = ''] = stdout.toString('utf8').split('\n\n', 1);
    for (const [, parent = ''] of head.matchAll(/^parent ([0-9a-f]+)$/gm)) {
      parents.add(parent);
    }
  }
  return [...parents];
}

/** True when everything from the prerequisites up to the tip is here. */
async function isComplete(repository: Repository, tip: string, prerequisites: readonly string[], signal: AbortSignal | undefined): Promise<boolean> {
  const walk = await run(repository, ['rev-list', '--objects', '--quiet', tip, '--not', ...prerequisites], { signal, okExitCodes: [0, 128] });
  return walk.exitCode === 0;
}

async function readUntilPack(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    let text = '';
    const piece = Buffer.alloc(4096);
    for (;;) {
      const { bytesRead } = await handle.read(piece);
      text += piece.toString('latin1', 0, bytesRead);
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        return text.slice(0, end + 2);
      }
      if (bytesRead === 0 || !text.startsWith('# v'.slice(0, text.length))) {
        throw notABundle(file);
      }
    }
  } finally {
    await handle.close();
  }
}

function notABundle(file: string): ConvoSyncError {
  return new ConvoSyncError('git-failed', 'Not a bundle that this version reads.', { details: { file } });
}

/** Commits are taken as they are, whatever replace refs show, and as far as they are here, also in a partial clone. */
function run(repository: Repository, args: readonly string[], options: Pick<RunOptions, 'input' | 'signal' | 'okExitCodes'>): Promise<GitResult> {
  const input = options.input === undefined ? {} : { input: options.input };
  return repository.git.run(args, { cwd: repository.top, timeout: 0, readOnly: true, env: { GIT_NO_REPLACE_OBJECTS: '1', GIT_NO_LAZY_FETCH: '1' }, ...options, ...input });
}
