/** `convosync save` and `resume` beside what people type without it, over a file path and over HTTP. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { type Device, World } from '../support/device.ts';
import { startGitHttpServer } from '../support/gitHttpServer.ts';
import { type Figure, median } from './figures.ts';

const aim = 1.5;
const answer = 'An answer that says a little more than the question. '.repeat(20);

type Clone = (name: string) => Device;

/** One round: the times of ours and of theirs. */
type Round = (number: number) => Promise<[ours: number, theirs: number]>;

/** The same change is saved, and committed and pushed on a branch beside it. */
export function save(rounds: number): Promise<Figure[]> {
  return overEachTransport('save', 'git commit && git push', rounds, async (world, clone) => {
    const ours = clone('ours');
    const plain = clone('plain');
    await git(plain, 'switch', '--quiet', '--create', 'plain');
    await git(plain, 'push', '--quiet', '--set-upstream', 'origin', 'plain');
    const talk = randomUUID();
    return (round) => {
      world.passMinutes(1);
      ours.say(talk, `Question ${round}`, answer);
      for (const device of [ours, plain]) {
        device.write('orders.js', `export const orders = [${round}];\n`);
      }
      return inTurn(round, () => ours.save(`Round ${round}`), async () => {
        await git(plain, 'add', '--all');
        await git(plain, 'commit', '--quiet', '-m', `Round ${round}`);
        await git(plain, 'push', '--quiet');
      });
    };
  });
}

/** The same commit is resumed, and fetched and checked out. */
export function resume(rounds: number): Promise<Figure[]> {
  return overEachTransport('resume', 'git fetch && git checkout', rounds, (world, clone) => {
    const from = clone('from');
    const ours = clone('ours');
    const plain = clone('plain');
    const talk = randomUUID();
    return Promise.resolve(async (round) => {
      world.passMinutes(1);
      from.say(talk, `Question ${round}`, answer);
      from.write('orders.js', `export const orders = [${round}];\n`);
      const { commit } = await from.save(`Round ${round}`);
      return inTurn(round, () => ours.resume(), async () => {
        await git(plain, 'fetch', '--quiet');
        await git(plain, 'checkout', '--quiet', commit);
      });
    });
  });
}

async function overEachTransport(what: string, beside: string, rounds: number, prepare: (world: World, clone: Clone) => Promise<Round>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const transport of ['file', 'http'] as const) {
    using world = new World();
    const bare = world.remote();
    const server = transport === 'http' ? await startGitHttpServer({ folder: path.dirname(bare) }) : undefined;
    try {
      const run = await prepare(world, (name) => {
        const device = world.device(name).clone(bare, `work/${name}`);
        device.git('remote', 'set-url', 'origin', server ? `${server.url}/${path.basename(bare)}` : bare);
        return device;
      });
      // The first save founds the vault and proves the remote.
      await run(0);
      const times: [number, number][] = [];
      for (let round = 1; round <= rounds; round++) {
        times.push(await run(round));
      }
      figures.push({ what: `${what} (${transport})`, ours: median(times.map(([ours]) => ours)), beside, theirs: median(times.map(([, theirs]) => theirs)), unit: 'ms', aim });
    } finally {
      await server?.stop();
    }
  }
  return figures;
}

/** Runs both sides, each first every other time. */
async function inTurn(round: number, ours: () => Promise<unknown>, theirs: () => Promise<unknown>): Promise<[number, number]> {
  if (round % 2 === 0) {
    const first = await time(ours);
    return [first, await time(theirs)];
  }
  const second = await time(theirs);
  return [await time(ours), second];
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** The server for HTTP runs in this process, so git must not block it. */
async function git(device: Device, ...args: string[]): Promise<void> {
  await promisify(execFile)('git', args, { cwd: device.folder, env: device.env });
}
