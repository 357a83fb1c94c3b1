/**
 * Which programs run in which folder, for agents that leave no trace of their own of what they have open: they open a
 * transcript only to write a record, and lock nothing. Such a program works in the folder of its conversation, and writes
 * into its transcript when it opens it; so one that has run since before the last change may have it open.
 *
 * Linux tells it in `/proc`, macOS by `ps` and `lsof`; elsewhere it is not known.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { uptime } from 'node:os';
import { promisify } from 'node:util';

export interface RunningProgram {
  /** Absolute, links resolved. */
  folder: string;
  /** Milliseconds since the epoch. */
  since: number;
}

interface Process {
  pid: number;
  since: number;
  argv: readonly string[];
}

/** Where it is not known what runs, a transcript counts as open for so long after a change. */
const openAfterChange = 10_000;
/** Linux counts the start of a process in these, on every platform that Node runs on. */
const ticksPerSecond = 100;

/**
 * @param programs those that run, undefined where it is not known
 * @param of the transcript: the folder in which the program works on it, links resolved, and when it last changed
 */
export function mayHaveOpen(programs: readonly RunningProgram[] | undefined, of: { folder: string; modified: number }): boolean {
  return programs ? programs.some(({ folder, since }) => folder === of.folder && since <= of.modified) : Date.now() - of.modified < openAfterChange;
}

/**
 * Those of a name, as it is typed.
 *
 * @returns undefined where it cannot be known
 */
export async function runningPrograms(name: string, platform: NodeJS.Platform): Promise<RunningProgram[] | undefined> {
  try {
    switch (platform) {
      case 'linux':
        return await withFolders((await linuxProcesses()).filter(({ argv }) => isProgram(argv, name)), ({ pid }) => readlink(`/proc/${pid}/cwd`));
      case 'darwin':
        return await withFolders((await macProcesses()).filter(({ argv }) => isProgram(argv, name)), macFolder);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** The program itself, or a script of that name that an interpreter runs. */
function isProgram(argv: readonly string[], name: string): boolean {
  return argv.slice(0, 4).some((word) => /[^\\/]*$/.exec(word)?.[0].replace(/\.(?:[cm]?js|cmd|exe)$/i, '') === name);
}

async function withFolders(processes: readonly Process[], folderOf: (one: Process) => Promise<string>): Promise<RunningProgram[]> {
  // One that ends while it is looked at, or is another user's, has no folder.
  const found = await Promise.all(processes.map(async (one) => ({ folder: await folderOf(one).catch(() => ''), since: one.since })));
  return found.filter(({ folder }) => folder !== '');
}

async function linuxProcesses(): Promise<Process[]> {
  const booted = Date.now() - uptime() * 1000;
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const processes = await Promise.all(pids.map(async (pid) => {
    try {
      const [status, command] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
      // The name, in brackets, may hold blanks and brackets; the start is the 22nd field, the 20th after it.
      const started = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[19]);
      return [{ pid, since: booted + (started / ticksPerSecond) * 1000, argv: command.split('\0') }];
    } catch {
      return [];
    }
  }));
  return processes.flat();
}

async function macProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,lstart=,command='], { env: { LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024 });
  return [...stdout.matchAll(/^\s*(\d+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)\s+(.*)$/gm)].map(([, pid, since = '', command = '']) => ({ pid: Number(pid), since: Date.parse(since), argv: command.split(' ') }));
}

async function macFolder({ pid }: Process): Promise<string> {
  const { stdout } = await promisify(execFile)('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
  return /^n(.*)$/m.exec(stdout)?.[1] ?? '';
}
