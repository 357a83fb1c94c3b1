/**
 * The round trip in the terminal, with the built command line on a fresh playground: `npm run demo`. Every command is
 * shown with what it really printed; the last line says whether the two devices ended with the same bytes.
 */
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { attempt, run } from '../support/run.ts';
import { makePlayground, type PlaygroundDevice } from './make.ts';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
const folder = await mkdtemp(path.join(tmpdir(), 'convosync-demo-'));

try {
  const { laptop, desktop } = await makePlayground(folder);
  const passphrase = path.join(folder, 'passphrase');
  await writeFile(passphrase, 'four cheeses and a fig\n');
  say('Ada has talked with Claude Code on her laptop, on a branch that was never pushed. She seals what she saves: only her devices can read it.');
  await convosync(laptop, 'status');
  await convosync(laptop, 'save', 'Half-way to pizzas of two halves', '--passphrase-file', passphrase);

  say('At her desk: another user name, another folder, nothing but a clone, and the passphrase.');
  await convosync(desktop, 'vault', 'unlock', '--passphrase-file', passphrase);
  await convosync(desktop, 'list');
  await convosync(desktop, 'resume', '--switch-branch', '--no-start');

  say('She goes on there, and saves.');
  await goOn(desktop);
  await convosync(desktop, 'save', 'Show halves on the receipt');

  say('Back on the laptop.');
  await convosync(laptop, 'resume', '--no-start');

  const [here, there] = await Promise.all([stateOf(laptop), stateOf(desktop)]);
  const same = here.commit === there.commit && here.conversation.equals(there.conversation);
  say(same ? `Both devices are at ${here.commit.slice(0, 7)} with the same ${here.conversation.length} bytes of conversation.` : 'The two devices differ.');
  process.exitCode = same ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function say(text: string): void {
  console.log(`\n# ${text}`);
}

async function convosync({ name, project, environment }: PlaygroundDevice, ...args: string[]): Promise<void> {
  console.log(`\n${name} $ convosync ${args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ').replaceAll(folder, '…')}`);
  const { code, stdout, stderr } = await attempt(process.execPath, [cli, ...args], { cwd: project, env: environment });
  process.stdout.write(stdout.replaceAll(folder, '…'));
  process.stderr.write(stderr.replaceAll(folder, '…'));
  if (code !== 0) {
    throw new Error(`convosync ${args[0] ?? ''} ended with ${code ?? 'a signal'}`);
  }
}

/** A change to the code, and two messages more, as Claude Code would append them. */
async function goOn(device: PlaygroundDevice): Promise<void> {
  await writeFile(path.join(device.project, 'src/receipt.js'), "export const receiptLine = (left, right) => `½ ${left} ½ ${right}`;\n");
  const file = await transcriptOf(device);
  const sessionId = path.basename(file, '.jsonl');
  const record = (type: 'user' | 'assistant', content: unknown): string => `${JSON.stringify({ type, sessionId, cwd: device.project, uuid: `${type}-${sessionId.slice(0, 8)}`, timestamp: new Date().toISOString(), message: { role: type, content } })}\n`;
  await appendFile(file, record('user', 'Now show the halves on the receipt.') + record('assistant', [{ type: 'text', text: 'Done: one line, both halves.' }]));
}

async function stateOf(device: PlaygroundDevice): Promise<{ commit: string; conversation: Buffer }> {
  const commit = (await run('git', ['rev-parse', 'HEAD'], { cwd: device.project, env: device.environment })).trim();
  return { commit, conversation: await readFile(await transcriptOf(device)) };
}

/** The conversation about halves: the only one that travelled. */
async function transcriptOf(device: PlaygroundDevice): Promise<string> {
  const projects = path.join(device.home, '.claude/projects');
  const names = await readdir(projects, { recursive: true });
  const name = names.find((each) => path.basename(each).startsWith('a3d1f2b4') && each.endsWith('.jsonl'));
  if (name === undefined) {
    throw new Error(`No conversation on ${device.name}.`);
  }
  return path.join(projects, name);
}
