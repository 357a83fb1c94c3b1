/**
 * What ConvoSync costs beside the tools it is measured against, in one run on one machine: `npm run bench [case…]`.
 * Machines are noisy, so every comparison alternates both sides and prints medians and their ratio.
 */
import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { corpusOf } from '../support/corpus.ts';
import { type Device, World } from '../support/device.ts';
import { startGitHttpServer } from '../support/gitHttpServer.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);

const cases: Record<string, () => Promise<void>> = { save, resume, stored, bundles };

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(cases)) {
  if (wanted.length === 0 || wanted.includes(name)) {
    console.log(`\n${name}`);
    await measure();
  }
}

/** `convosync save` beside `git commit && git push` of the same change, over a file path and over HTTP. */
async function save(): Promise<void> {
  for (const transport of ['file', 'http'] as const) {
    using world = new World();
    const bare = world.remote();
    const server = transport === 'http' ? await startGitHttpServer({ folder: path.dirname(bare) }) : undefined;
    const address = server ? `${server.url}/${path.basename(bare)}` : bare;
    const ours = clone(world, 'ours', bare, address);
    const plain = clone(world, 'plain', bare, address);
    await git(plain, 'switch', '--quiet', '--create', 'plain');
    await git(plain, 'push', '--quiet', '--set-upstream', 'origin', 'plain');
    const talk = randomUUID();
    const times = { ours: [] as number[], plain: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      world.passMinutes(1);
      ours.say(talk, `Question ${round}`, 'An answer that says a little more than the question. '.repeat(20));
      for (const device of [ours, plain]) {
        device.write('orders.js', `export const orders = [${round}];\n`);
      }
      const [mine, theirs] = await inTurn(round, () => time(() => ours.save(`Round ${round}`)), () => time(async () => {
        await git(plain, 'add', '--all');
        await git(plain, 'commit', '--quiet', '-m', `Round ${round}`);
        await git(plain, 'push', '--quiet');
      }));
      // The first save founds the vault and proves the remote.
      if (round > 0) {
        times.ours.push(mine);
        times.plain.push(theirs);
      }
    }
    await server?.stop();
    compare(`save (${transport})`, times.ours, 'git commit && git push', times.plain);
  }
}

/** `convosync resume` beside `git fetch && git checkout` of the same commit. */
async function resume(): Promise<void> {
  for (const transport of ['file', 'http'] as const) {
    using world = new World();
    const bare = world.remote();
    const server = transport === 'http' ? await startGitHttpServer({ folder: path.dirname(bare) }) : undefined;
    const address = server ? `${server.url}/${path.basename(bare)}` : bare;
    const from = clone(world, 'from', bare, address);
    const ours = clone(world, 'ours', bare, address);
    const plain = clone(world, 'plain', bare, address);
    const talk = randomUUID();
    const times = { ours: [] as number[], plain: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      world.passMinutes(1);
      from.say(talk, `Question ${round}`, 'An answer that says a little more than the question. '.repeat(20));
      from.write('orders.js', `export const orders = [${round}];\n`);
      const { commit } = await from.save(`Round ${round}`);
      const [mine, theirs] = await inTurn(round, () => time(() => ours.resume()), () => time(async () => {
        await git(plain, 'fetch', '--quiet');
        await git(plain, 'checkout', '--quiet', commit);
      }));
      if (round > 0) {
        times.ours.push(mine);
        times.plain.push(theirs);
      }
    }
    await server?.stop();
    compare(`resume (${transport})`, times.ours, 'git fetch && git checkout', times.plain);
  }
}

/** Bytes that the first save of a conversation, and one of 50 small additions, put into the vault, beside `gzip -9`. */
async function stored(): Promise<void> {
  const transcripts = (corpusOf('claude') ?? []).filter(({ path: file, bytes }) => file.endsWith('.jsonl') && bytes > 1_000_000).map((file) => ({ name: path.basename(file.path), content: readFileSync(file.path) }));
  for (const { name, content } of transcripts) {
    using world = new World();
    const device = world.device('desktop').clone(world.remote());
    const file = device.transcriptPath(randomUUID());
    mkdirSync(path.dirname(file), { recursive: true });
    const lines = content.toString('latin1').split('\n');
    const last = lines.length - 40;
    let ours = 0;
    let gzip = 0;
    for (let end = last; end <= lines.length; end += 4) {
      const grown = Buffer.from(lines.slice(0, end).join('\n'), 'latin1');
      writeFileSync(file, grown);
      world.passMinutes(1);
      const report = await device.save('Grow');
      if (end === last) {
        console.log(`  ${name}: first save ${kilobytes(report.stored)} beside ${kilobytes(gzipSync(grown, { level: 9 }).byteLength)} gzip -9 (${ratio(report.stored, gzipSync(grown, { level: 9 }).byteLength)})`);
      } else {
        ours += report.stored;
        gzip += gzipSync(grown, { level: 9 }).byteLength;
      }
    }
    console.log(`    ten saves of four lines more: ${kilobytes(ours)} beside ${kilobytes(gzip)} as whole files (${ratio(ours, gzip)})`);
  }
}

/** Minified sizes of what is shipped. */
function bundles(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, ['esbuild.mjs', '--production'], { cwd: root });
  const files = ['dist/extension.cjs', 'dist/shell.cjs', 'dist/cli.mjs', 'dist/commandLine.mjs', 'dist/media/session.js', 'dist/media/session.css'].filter((file) => existsSync(path.join(root, file)));
  for (const file of files) {
    console.log(`  ${file}: ${kilobytes(statSync(path.join(root, file)).size)}`);
  }
  return Promise.resolve();
}

function clone(world: World, name: string, bare: string, address: string): Device {
  const device = world.device(name).clone(bare, `work/${name}`);
  device.git('remote', 'set-url', 'origin', address);
  return device;
}

/** The server for HTTP runs in this process, so git must not block it. */
async function git(device: Device, ...args: string[]): Promise<void> {
  await promisify(execFile)('git', args, { cwd: device.folder, env: device.env });
}

async function time(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Runs both sides, each first every other time. */
async function inTurn(round: number, one: () => Promise<number>, two: () => Promise<number>): Promise<[number, number]> {
  if (round % 2 === 0) {
    const first = await one();
    return [first, await two()];
  }
  const second = await two();
  return [await one(), second];
}

function compare(name: string, ours: number[], otherName: string, other: number[]): void {
  console.log(`  ${name}: median ${median(ours).toFixed(0)} ms, ${otherName}: median ${median(other).toFixed(0)} ms: ${ratio(median(ours), median(other))}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)} ×`;
}

