/**
 * One working tree of a repository, as the user has it: where it lies, and how git is asked about it. What is asked lies in
 * the files beside this one, by subject: `history`, `workingTree`, `remotes`, `configuration` look, `staging`, `branches`
 * and `fetch` change something in the user's name. Commands that may run hooks or move much data have no time limit;
 * all end with the signal.
 */
import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { ConvoSyncError, throwIfCancelled } from '../common/errors.ts';
import { fileExists } from '../common/files.ts';
import { readConfiguration } from './configuration.ts';
import type { Git, GitResult, RunOptions } from './git.ts';
import type { Commit } from './history.ts';

/** Answers that hold for as long as the object lives, which is one operation. */
interface Known {
  answers: Map<string, Promise<unknown>>;
  present: Set<string>;
  commits: Map<string, Commit>;
}

export class Repository {
  readonly git: Git;
  /** Top of the working tree, absolute, with symbolic links resolved, as git says it. */
  readonly top: string;
  /** The folder of this working tree's own state: HEAD, index, operations in progress. */
  readonly gitDir: string;
  /** The folder that all working trees share: objects, refs, configuration. Equals `gitDir` in the main one. */
  readonly commonDir: string;

  readonly #known: Known;

  private constructor(git: Git, place: Pick<Repository, 'top' | 'gitDir' | 'commonDir'>, known: Known) {
    this.git = git.knowing(async (signal) => (await readConfiguration(this, signal)).get('core.sshcommand')?.at(-1));
    this.top = place.top;
    this.gitDir = place.gitDir;
    this.commonDir = place.commonDir;
    this.#known = known;
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
      const place = { top: path.resolve(top), gitDir: path.resolve(gitDir), commonDir: path.resolve(cwd, commonDir) };
      return new Repository(git, place, nothingKnown());
    } catch (error) {
      if (ConvoSyncError.is(error, 'git-failed') && /not a git repository \(or any|must be run in a work tree/.test(String(error.details['stderr']))) {
        return undefined;
      }
      throw error;
    }
  }

  /** The same working tree, changed through another runner. */
  through(git: Git): Repository {
    return new Repository(git, this, this.#known);
  }

  /** The same working tree, asked through a runner that sees it with other objects or another index: nothing known of it counts there. */
  seenThrough(git: Git): Repository {
    return new Repository(git, this, nothingKnown());
  }

  /** The index file of this working tree; absent on disk before the first `git add`. */
  get indexPath(): string {
    return path.join(this.gitDir, 'index');
  }

  /** The folder of its objects. */
  get objects(): string {
    return path.join(this.commonDir, 'objects');
  }

  /** Commits that are known to be here. */
  get present(): Set<string> {
    return this.#known.present;
  }

  /** By id: a ref may move, a commit stays what it is. */
  get commits(): Map<string, Commit> {
    return this.#known.commits;
  }

  /** Asks once; a failure is not remembered. */
  once<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const { answers } = this.#known;
    const known = answers.get(question) as Promise<Answer> | undefined;
    if (known) {
      return known;
    }
    const answer = ask();
    answers.set(question, answer);
    answer.catch(() => answers.delete(question));
    return answer;
  }

  /** Runs git in the top folder, for what changes nothing. Throws as `Git.run`. */
  look(args: readonly string[], options: Omit<RunOptions, 'cwd' | 'readOnly'> = {}): Promise<GitResult> {
    return this.git.run(args, { ...options, cwd: this.top, readOnly: true });
  }

  /** What a look prints, without surrounding white space. */
  async text(args: readonly string[], options: Omit<RunOptions, 'cwd' | 'readOnly'> = {}): Promise<string> {
    return (await this.look(args, options)).stdout.toString('utf8').trim();
  }

  /** For questions that git answers with exit code 1 when there is no answer. */
  async ask(args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    const { exitCode, stdout } = await this.look(args, { signal, okExitCodes: [0, 1] });
    return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
  }

  /** Runs git in the top folder, for as long as it takes, for what changes the repository. Throws as `Git.run`. */
  async change(args: readonly string[], signal: AbortSignal | undefined, options: Pick<RunOptions, 'input' | 'env' | 'okExitCodes'> = {}): Promise<GitResult> {
    throwIfCancelled(signal);
    return this.git.run(args, { cwd: this.top, signal, timeout: 0, ...options });
  }
}

function nothingKnown(): Known {
  return { answers: new Map(), present: new Set(), commits: new Map() };
}
