/**
 * One working tree of a repository, as the user has it: what it says of itself, and the few changes that ConvoSync makes
 * to it in the user's name. Commands that may run hooks or move much data have no time limit; all end with the signal.
 * Commit ids are full, of either hash. Names of branches are checked before they become arguments.
 */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { fileExists, tryReadFile } from '../common/files.ts';
import type { Git, GitResult, RunOptions } from './git.ts';
import { askPorcelain } from './porcelain.ts';
import { parseReflog, reflogFormat } from './reflog.ts';
import type { ReflogEntry } from './reflog.ts';
import { isBranchName, trackingRef } from './refName.ts';
import { parseStatus } from './status.ts';
import type { Change, RepositoryState } from './status.ts';

export interface Head {
  /** Absent when HEAD is detached. Present on a branch without commits. */
  branch?: string;
  /** Absent before the first commit. */
  commit?: string;
}

export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';

export interface Remote {
  name: string;
  /** As git resolves them, with `insteadOf` and `pushInsteadOf` applied. */
  fetchUrl: string;
  pushUrls: string[];
}

export interface RemoteRefs {
  refs: Map<string, string>;
  /** The branch that HEAD of the remote names; absent when it was not asked for or is detached. */
  head?: string;
}

export interface Commit {
  id: string;
  parents: string[];
  /** First line of its message. */
  subject: string;
}

export interface Divergence {
  ahead: number;
  behind: number;
}

export class Repository {
  readonly git: Git;
  /** Top of the working tree, absolute, with symbolic links resolved, as git says it. */
  readonly top: string;
  /** The folder of this working tree's own state: HEAD, index, operations in progress. */
  readonly gitDir: string;
  /** The folder that all working trees share: objects, refs, configuration. Equals `gitDir` in the main one. */
  readonly commonDir: string;

  /** Answers that hold for as long as this object lives, which is one operation. */
  readonly #answers: Map<string, Promise<unknown>>;
  /** Commits that are known to be here. */
  readonly #seen: Set<string>;

  /** By id; a ref may move, a commit stays what it is. */
  readonly #commits = new Map<string, Commit>();

  private constructor(git: Git, top: string, gitDir: string, commonDir: string, answers = new Map<string, Promise<unknown>>(), seen = new Set<string>()) {
    this.git = git.knowing(async (signal) => (await this.configuration(signal)).has('core.sshcommand'));
    this.top = top;
    this.gitDir = gitDir;
    this.commonDir = commonDir;
    this.#answers = answers;
    this.#seen = seen;
  }

  /**
   * The repository whose working tree holds `folder`; undefined when none does, also inside a bare repository. Throws
   * `git-failed` with git's words for one that git refuses to read, such as another user's (`safe.directory`).
   */
  static async open(git: Git, folder: string, signal?: AbortSignal): Promise<Repository | undefined> {
    if (!(await fileExists(folder))) {
      return undefined;
    }
    const cwd = await realpath(folder);
    const ask = async (...questions: string[]): Promise<string> => {
      const { stdout } = await git.run(['rev-parse', ...questions], { cwd, signal, readOnly: true });
      return stdout.toString('utf8').replace(/\r?\n$/, '');
    };
    try {
      const questions = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir'];
      let answers = (await ask(...questions)).split(/\r?\n/);
      if (answers.length !== questions.length) {
        // A path with a line break in it: one question at a time.
        answers = [];
        for (const question of questions) {
          answers.push(await ask(question));
        }
      }
      const [top = '', gitDir = '', commonDir = ''] = answers;
      return new Repository(git, path.resolve(top), path.resolve(gitDir), path.resolve(cwd, commonDir));
    } catch (error) {
      if (ConvoSyncError.is(error, 'git-failed') && /not a git repository \(or any|must be run in a work tree/.test(String(error.details['stderr']))) {
        return undefined;
      }
      throw error;
    }
  }

  /** The same working tree, changed through another runner. */
  through(git: Git): Repository {
    return new Repository(git, this.top, this.gitDir, this.commonDir, this.#answers, this.#seen);
  }

  async head(signal?: AbortSignal): Promise<Head> {
    const { exitCode, stdout } = await this.#look(['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'], signal, [0, 128]);
    const [commit, ref] = exitCode === 0 ? stdout.toString('utf8').split('\n') : [undefined, await this.#ask(['symbolic-ref', '-q', 'HEAD'], signal)];
    const branch = ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
    return { ...(branch === undefined ? {} : { branch }), ...(commit === undefined ? {} : { commit }) };
  }

  /** Branch, upstream and changes in one look. Counts against the upstream are as of the last fetch. */
  async state(signal?: AbortSignal): Promise<RepositoryState> {
    const { stdout } = await this.#look(['status', '--porcelain=v2', '-z', '--branch', '--ahead-behind', '--untracked-files=normal'], signal);
    const state = parseStatus(stdout.toString('utf8'));
    if (state.commit !== undefined) {
      this.#seen.add(state.commit);
    }
    return state;
  }

  /** What is half done in this working tree; of several (a pick that a rebase makes) the outermost. */
  async operation(): Promise<Operation | undefined> {
    const has = (name: string): Promise<boolean> => fileExists(path.join(this.gitDir, name));
    const [rebaseMerge, rebaseApply, merge, pick, revert, bisect] = await Promise.all(['rebase-merge', 'rebase-apply', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG'].map(has));
    if (rebaseMerge || rebaseApply) {
      return 'rebase';
    }
    if (merge) {
      return 'merge';
    }
    // Between two picks of a series only the list of what is left tells.
    const next = (await tryReadFile(path.join(this.gitDir, 'sequencer', 'todo')))?.trimStart().split(/\s/, 1)[0];
    if (pick || next === 'pick' || next === 'p') {
      return 'cherry-pick';
    }
    if (revert || next === 'revert') {
      return 'revert';
    }
    return bisect ? 'bisect' : undefined;
  }

  /**
   * All settings in force, by key as git prints it (section and name in lower case), each with its values in order. Asked
   * once: a later change is seen by the next `Repository`.
   */
  configuration(signal?: AbortSignal): Promise<Map<string, string[]>> {
    return this.#once('configuration', () => this.#readConfiguration(signal));
  }

  async #readConfiguration(signal?: AbortSignal): Promise<Map<string, string[]>> {
    const listed = await askPorcelain(this.git, this.top, (porcelain) => porcelain.listConfig(), signal);
    const settings = new Map<string, string[]>();
    for (const file of listed.files) {
      for (const [key, value] of Object.entries(listed.values[file] ?? {})) {
        settings.set(key, [...(settings.get(key) ?? []), ...(Array.isArray(value) ? value : [value])]);
      }
    }
    return settings;
  }

  remotes(signal?: AbortSignal): Promise<Remote[]> {
    return this.#once('remotes', () => this.#readRemotes(signal));
  }

  async #readRemotes(signal?: AbortSignal): Promise<Remote[]> {
    const remotes = new Map<string, Remote>();
    const listed = await askPorcelain(this.git, this.top, (porcelain) => porcelain.remote(['-v']), signal);
    for (const [, name = '', url = '', direction] of (listed ?? '').matchAll(/^(.+)\t(.*) \((fetch|push)\)/gm)) {
      const remote = remotes.get(name) ?? { name, fetchUrl: url, pushUrls: [] };
      remotes.set(name, direction === 'fetch' ? { ...remote, fetchUrl: url } : { ...remote, pushUrls: [...remote.pushUrls, url] });
    }
    return [...remotes.values()];
  }

  /**
   * Where a push of this branch goes: the name of a remote, or an address where the user configured one. Falls back to
   * `origin`, then to the only remote; undefined when there is none or several stand to choose from.
   */
  async pushRemote(branch: string | undefined, signal?: AbortSignal): Promise<string | undefined> {
    const [settings, remotes] = await Promise.all([this.configuration(signal), this.remotes(signal)]);
    const last = (key: string): string | undefined => settings.get(key)?.at(-1);
    const names = remotes.map(({ name }) => name);
    const configured = [
      ...(branch === undefined ? [] : [last(`branch.${branch}.pushremote`)]),
      last('remote.pushdefault'),
      ...(branch === undefined ? [] : [last(`branch.${branch}.remote`)]),
    ].find((name) => name !== undefined && name !== '' && name !== '.');
    return configured ?? (names.includes('origin') ? 'origin' : names.length === 1 ? names[0] : undefined);
  }

  /** The address git fetches from, with `insteadOf` applied; also of what is no remote but an address itself. */
  async remoteUrl(name: string, signal?: AbortSignal): Promise<string> {
    const remote = await this.#remote(name, signal);
    return remote?.fetchUrl ?? (await this.#look(['ls-remote', '--get-url', '--', name], signal)).stdout.toString('utf8').replace(/\r?\n$/, '');
  }

  /** The addresses git pushes to, with `pushInsteadOf` and `insteadOf` applied; none for what is no remote but an address itself. */
  async pushUrls(name: string, signal?: AbortSignal): Promise<string[]> {
    return (await this.#remote(name, signal))?.pushUrls ?? [];
  }

  async #remote(name: string, signal?: AbortSignal): Promise<Remote | undefined> {
    return (await this.remotes(signal)).find((remote) => remote.name === name);
  }

  async fetchRefspecs(remote: string, signal?: AbortSignal): Promise<string[]> {
    return (await this.configuration(signal)).get(`remote.${remote}.fetch`) ?? [];
  }

  /** The commit at which the last fetch saw a branch of the remote; undefined when it is not tracked. */
  async trackedCommit(remote: string, branch: string, signal?: AbortSignal): Promise<string | undefined> {
    const ref = trackingRef(await this.fetchRefspecs(remote, signal), `refs/heads/${branch}`);
    return ref === undefined ? undefined : this.resolve(ref, signal);
  }

  /**
   * The branch that the remote works on: as it has just said itself (`head` of `lsRemote`), else by the local note of its
   * HEAD, else `main` or `master` when tracked. Undefined when nothing tells.
   */
  async defaultBranch(remote: string, said?: string, signal?: AbortSignal): Promise<string | undefined> {
    if (said !== undefined) {
      return said;
    }
    const prefix = `refs/remotes/${remote}/`;
    // What a push goes to may be an address, which names no ref.
    const noted = isBranchName(remote) ? await this.#once(`head of ${remote}`, () => this.#ask(['symbolic-ref', '-q', `${prefix}HEAD`], signal)) : undefined;
    if (noted?.startsWith(prefix)) {
      return noted.slice(prefix.length);
    }
    for (const name of ['main', 'master']) {
      if ((await this.resolve(`${prefix}${name}`, signal)) !== undefined) {
        return name;
      }
    }
    return undefined;
  }

  /** The commit that a ref or an id names, or undefined when there is none here. */
  async resolve(name: string, signal?: AbortSignal): Promise<string | undefined> {
    return this.#ask(['rev-parse', '-q', '--verify', `${name}^{commit}`], signal);
  }

  /** Where a branch of this repository is, which for the current one HEAD has just told; undefined when there is no such branch. */
  async tipOf(branch: string, head: Head, signal?: AbortSignal): Promise<string | undefined> {
    return branch === head.branch ? head.commit : this.resolve(`refs/heads/${branch}`, signal);
  }

  /** Asks no network, also in a partial clone. */
  async hasCommit(oid: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#seen.has(oid)) {
      return true;
    }
    const { exitCode } = await this.git.run(['cat-file', '-e', `${oid}^{commit}`], { cwd: this.top, signal, okExitCodes: [0, 1, 128], readOnly: true, env: { GIT_NO_LAZY_FETCH: '1' } });
    if (exitCode === 0) {
      this.#seen.add(oid);
    }
    return exitCode === 0;
  }

  /** Undefined when the two share no history. */
  async mergeBase(a: string, b: string, signal?: AbortSignal): Promise<string | undefined> {
    return a === b ? a : this.#ask(['merge-base', a, b], signal);
  }

  /** True also for a commit and itself. */
  async isAncestor(ancestor: string, descendant: string, signal?: AbortSignal): Promise<boolean> {
    return ancestor === descendant || (await this.#look(['merge-base', '--is-ancestor', ancestor, descendant], signal, [0, 1])).exitCode === 0;
  }

  /** A commit, given by its id or a ref. Throws `git-failed` where there is none. */
  async commitAt(name: string, signal?: AbortSignal): Promise<Commit> {
    const known = this.#commits.get(name);
    if (known) {
      return known;
    }
    const [id = '', parents = '', subject = ''] = (await this.#text(['log', '-1', '--no-show-signature', '--encoding=UTF-8', '--format=%H%n%P%n%s', name, '--'], signal)).split('\n');
    const commit = { id, parents: parents.split(' ').filter(Boolean), subject };
    this.#commits.set(id, commit);
    return commit;
  }

  /** A file of a commit as a checkout would write it; empty where the commit has none. */
  async fileAt(commit: string, file: string, signal?: AbortSignal): Promise<Buffer> {
    const { exitCode, stdout } = await this.git.run(['cat-file', '--filters', `${commit}:${file}`], { cwd: this.top, signal, readOnly: true, timeout: 0, okExitCodes: [0, 128] });
    return exitCode === 0 ? stdout : Buffer.alloc(0);
  }

  /** Paths that `to` has and `from` has not, relative to the top. */
  filesAdded(from: string, to: string, signal?: AbortSignal): Promise<string[]> {
    return this.#once(`added ${from} ${to}`, async () => {
      const { stdout } = await this.git.run(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A', from, to], { cwd: this.top, readOnly: true, timeout: 0, signal });
      return stdout.toString('utf8').split('\0').filter(Boolean);
    });
  }

  /** How many commits `tip` has that `base` has not. */
  async commitsBetween(base: string, tip: string, signal?: AbortSignal): Promise<number> {
    return base === tip ? 0 : Number(await this.#text(['rev-list', '--count', tip, `^${base}`], signal));
  }

  async aheadBehind(local: string, upstream: string, signal?: AbortSignal): Promise<Divergence> {
    if (local === upstream) {
      return { ahead: 0, behind: 0 };
    }
    const [ahead, behind] = (await this.#text(['rev-list', '--left-right', '--count', `${local}...${upstream}`], signal)).split('\t');
    return { ahead: Number(ahead), behind: Number(behind) };
  }

  /** The commits without parents that a commit descends from, sorted; none when the history is shallow. */
  async roots(commit: string, signal?: AbortSignal): Promise<string[]> {
    const roots = (await this.isShallow()) ? '' : (await this.#long(['rev-list', '--max-parents=0', commit], signal)).trim();
    return roots === '' ? [] : roots.split('\n').sort();
  }

  /** Where HEAD was before it came to be where it is `now`, newest first; empty before the first commit or when the user turned reflogs off. */
  async reflog(now: Head, limit: number, signal?: AbortSignal): Promise<ReflogEntry[]> {
    if (now.commit === undefined) {
      return [];
    }
    const { stdout } = await this.#look(['log', '--walk-reflogs', '-z', '--no-show-signature', '--date=unix', `--max-count=${limit}`, `--format=${reflogFormat}`, 'HEAD'], signal);
    return parseReflog(stdout.toString('utf8'), now.branch);
  }

  /** The index file of this working tree; absent on disk before the first `git add`. */
  indexPath(): string {
    return path.join(this.gitDir, 'index');
  }

  /** True when the history was cut by a shallow clone or fetch. */
  async isShallow(): Promise<boolean> {
    return fileExists(path.join(this.commonDir, 'shallow'));
  }

  /**
   * Repositories that lie untracked inside this one, relative to the top, each ending with `/`. Git would record only a
   * pointer to them, of no use elsewhere.
   *
   * @param changes what `state` has just shown
   */
  async nestedRepositories(changes: readonly Change[], signal?: AbortSignal): Promise<string[]> {
    return (await this.#insideUntrackedFolders(changes, signal)).filter((entry) => entry.endsWith('/'));
  }

  /** Of changes that `state` shows, those that a commit or a stash can hold: none inside submodules, no nested repositories. */
  async holdable(changes: readonly Change[], signal?: AbortSignal): Promise<Change[]> {
    const inside = await this.#insideUntrackedFolders(changes, signal);
    const holdsFile = (folder: string): boolean => inside.some((entry) => entry.startsWith(folder) && !entry.endsWith('/'));
    return changes.filter((change) => change.insideSubmodule !== true && (!isUntrackedFolder(change) || holdsFile(change.path)));
  }

  /** Untracked files one by one, and nested repositories, each ending with `/`; none unless a whole folder is untracked. */
  async #insideUntrackedFolders(changes: readonly Change[], signal?: AbortSignal): Promise<string[]> {
    if (!changes.some(isUntrackedFolder)) {
      return [];
    }
    const { stdout } = await this.#look(['ls-files', '--others', '--exclude-standard', '-z'], signal);
    return stdout.toString('utf8').split('\0').filter(Boolean);
  }

  /**
   * Stages every change of the whole working tree, in whichever folder the repository was opened, except nested
   * repositories. True when the index now differs from HEAD; false also when all that `state` shows is nested repositories
   * or changes inside submodules.
   *
   * @param changes what `state` has just shown
   */
  async stageAll(changes: readonly Change[], signal?: AbortSignal): Promise<boolean> {
    const nested = await this.nestedRepositories(changes, signal);
    await this.#change(['add', '--all', '--', '.', ...nested.map((folder) => `:(exclude,top,literal)${folder.slice(0, -1)}`)], signal);
    return (await this.#look(['diff', '--cached', '--quiet', '--ignore-submodules=none'], signal, [0, 1])).exitCode === 1;
  }

  /**
   * Commits the index with the user's hooks and signature. Throws `git-failed` with git's or the hook's words when it is
   * refused, also when nothing is staged.
   */
  async commit(message: string, signal?: AbortSignal): Promise<void> {
    await this.#change(['commit', '--quiet', '--file=-'], signal, { input: message });
  }

  /**
   * Puts HEAD on a branch. With `create` the branch is made at that commit or ref, and follows it as its upstream with
   * `track`. Throws `git-failed` when local changes are in the way.
   */
  async switchTo(branch: string, options: { create?: string; track?: boolean } = {}, signal?: AbortSignal): Promise<void> {
    assertBranchName(branch);
    const how = options.create === undefined ? ['--no-guess', branch] : [options.track === true ? '--track' : '--no-track', '--create', branch, options.create];
    await this.#change(['switch', '--quiet', ...how], signal);
  }

  /** Puts HEAD on a commit and on no branch. */
  async detach(commit: string, signal?: AbortSignal): Promise<void> {
    await this.#change(['switch', '--quiet', '--detach', commit], signal);
  }

  /** Moves the current branch forward to a commit that descends from it; throws `git-failed` otherwise. */
  async fastForward(commit: string, signal?: AbortSignal): Promise<void> {
    await this.#change(['merge', '--quiet', '--ff-only', '--no-autostash', commit], signal);
  }

  /** Stashes all that can be with untracked files and returns the stash's commit; undefined when there was nothing. */
  async stashAll(message: string, signal?: AbortSignal): Promise<string | undefined> {
    if ((await this.holdable((await this.state(signal)).changes, signal)).length === 0) {
      return undefined;
    }
    const before = await this.resolve('refs/stash', signal);
    // Git stashes nothing while a file is only intended to be added: such a file is added.
    const { stdout: intended } = await this.#look(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=A'], signal);
    if (intended.length > 0) {
      await this.#change(['--literal-pathspecs', 'add', '--pathspec-from-file=-', '--pathspec-file-nul'], signal, { input: intended });
    }
    await this.#change(['stash', 'push', '--quiet', '--include-untracked', '--message', message], signal);
    const after = await this.resolve('refs/stash');
    return after === before ? undefined : after;
  }

  /**
   * Moves a ref from `old` to `next` and throws `git-failed` when it is no longer at `old`. An undefined `old` creates
   * the ref, an undefined `next` deletes it.
   */
  async updateRef(ref: string, next: string | undefined, old: string | undefined, signal?: AbortSignal): Promise<void> {
    const none = '0'.repeat((next ?? old ?? '').length);
    await this.#change(next === undefined ? ['update-ref', '-d', ref, old ?? none] : ['update-ref', '-m', 'convosync', ref, next, old ?? none], signal);
  }

  /**
   * The user's ordinary fetch of one branch: tracking refs move as their configuration says. False when the remote has
   * no such branch. Throws `remote-unreachable`, `git-credentials` or `git-failed`.
   */
  async fetchBranch(remote: string, branch: string, signal?: AbortSignal): Promise<boolean> {
    assertBranchName(branch);
    try {
      await this.#change(['fetch', '--quiet', '--', remote, `refs/heads/${branch}`], signal);
      return true;
    } catch (error) {
      if (ConvoSyncError.is(error, 'git-failed') && String(error.details['stderr']).includes("couldn't find remote ref")) {
        return false;
      }
      throw error;
    }
  }

  /**
   * Has a branch follow the remote's branch of the same name, as `git push --set-upstream` would (with
   * `branch.autoSetupRebase`); plainly by its settings where the remote's branches are not tracked.
   */
  async setUpstream(branch: string, remote: string): Promise<void> {
    assertBranchName(branch);
    const tracking = trackingRef(await this.fetchRefspecs(remote), `refs/heads/${branch}`);
    if (tracking !== undefined && (await this.resolve(tracking)) !== undefined) {
      await this.#change(['branch', '--quiet', `--set-upstream-to=${tracking}`, branch], undefined);
    } else {
      await this.#change(['config', `branch.${branch}.remote`, remote], undefined);
      await this.#change(['config', `branch.${branch}.merge`, `refs/heads/${branch}`], undefined);
    }
  }

  /** Removes what is configured of a branch, if anything is. */
  async forgetSettings(branch: string): Promise<void> {
    if ([...(await this.#readConfiguration()).keys()].some((key) => key.startsWith(`branch.${branch}.`))) {
      await this.#change(['config', '--local', '--remove-section', `branch.${branch}`], undefined);
    }
  }

  /** The user's ordinary fetch of all that the remote is configured for. Throws as `fetchBranch` does. */
  async fetch(remote: string, signal?: AbortSignal): Promise<void> {
    await this.#change(['fetch', '--quiet', '--', remote], signal);
  }

  /**
   * Refs of a remote that match the patterns (as git-ls-remote(1) matches them), all without patterns. A timeout
   * (milliseconds) counts as `git-timeout`.
   */
  async lsRemote(remoteOrUrl: string, patterns: readonly string[] = [], options: { signal?: AbortSignal | undefined; timeout?: number } = {}): Promise<RemoteRefs> {
    const listed = await this.git.text(['ls-remote', '--quiet', '--symref', '--', remoteOrUrl, ...patterns], { cwd: this.top, readOnly: true, ...options });
    const answer: RemoteRefs = { refs: new Map() };
    for (const line of listed.split('\n')) {
      const [value = '', ref] = line.split('\t');
      if (ref === 'HEAD' && value.startsWith('ref: refs/heads/')) {
        answer.head = value.slice('ref: refs/heads/'.length);
      } else if (ref !== undefined && !value.startsWith('ref: ')) {
        answer.refs.set(ref, value);
      }
    }
    return answer;
  }

  /**
   * Brings the remote's branch into the current one. On a conflict it throws `git-failed` with `details.conflicts` (paths)
   * and leaves the merge or rebase for the user to finish, as their own pull would.
   */
  async pull(kind: 'merge' | 'rebase', remote: string, branch: string, signal?: AbortSignal): Promise<void> {
    assertBranchName(branch);
    const how = kind === 'merge' ? ['--no-rebase', '--ff', '--no-edit'] : ['--rebase'];
    try {
      await this.#change(['pull', '--quiet', ...how, '--no-autostash', '--', remote, `refs/heads/${branch}`], signal);
    } catch (error) {
      const conflicts = ConvoSyncError.is(error, 'git-failed') ? (await this.state(signal)).changes.filter(({ kind }) => kind === 'unmerged').map((change) => change.path) : [];
      throw ConvoSyncError.is(error) && conflicts.length > 0 ? new ConvoSyncError('git-failed', error.message, { cause: error, details: { ...error.details, conflicts } }) : error;
    }
  }

  /** Asks git once; a failure is not remembered. */
  #once<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#answers.get(question) as Promise<Answer> | undefined;
    if (known) {
      return known;
    }
    const answer = ask();
    this.#answers.set(question, answer);
    answer.catch(() => this.#answers.delete(question));
    return answer;
  }

  #look(args: readonly string[], signal?: AbortSignal, okExitCodes: readonly number[] = [0]): Promise<GitResult> {
    return this.git.run(args, { cwd: this.top, signal, okExitCodes, readOnly: true });
  }

  /** For questions that may walk a long history. */
  async #long(args: readonly string[], signal?: AbortSignal): Promise<string> {
    return (await this.git.run(args, { cwd: this.top, signal, readOnly: true, timeout: 0 })).stdout.toString('utf8');
  }

  async #text(args: readonly string[], signal?: AbortSignal): Promise<string> {
    return (await this.#look(args, signal)).stdout.toString('utf8').trim();
  }

  /** For questions that git answers with exit code 1 when there is no answer. */
  async #ask(args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#look(args, signal, [0, 1]);
    return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
  }

  #change(args: readonly string[], signal: AbortSignal | undefined, options: Pick<RunOptions, 'input'> = {}): Promise<GitResult> {
    throwIfCancelled(signal);
    return this.git.run(args, { cwd: this.top, signal, timeout: 0, ...options });
  }
}

function isUntrackedFolder({ kind, path: folder }: Change): boolean {
  return kind === 'untracked' && folder.endsWith('/');
}

function assertBranchName(branch: string): void {
  if (!isBranchName(branch)) {
    throw new ConvoSyncError('usage', 'Not the name of a branch.', { details: { branch } });
  }
}
