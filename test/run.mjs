// Everything that proves ConvoSync, in one command: node test/run.mjs [suite…]
// Installs what the tests need, runs the suites in order, and ends with one line: "N passed, N failed".
// Runs on an older Node too: the suites themselves run on the Node that npm installed beside them.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A suite that runs only when it is asked for may take as long as its servers do. */
const SUITE_LIMIT_MS = (process.argv.length > 2 ? 120 : 18) * 60_000;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules/.bin');
/** What programs leave behind: VS Code its sockets, Chromium its crash reports. */
const scratch = mkdtempSync(path.join(inMemory() ?? tmpdir(), 'convosync-tests-'));
// Servers that a test starts as root become another user, who has to get through to their folders.
chmodSync(scratch, 0o711);
process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
process.once('SIGINT', () => process.exit(130));

/** For suites whose files have devices of their own each, and mostly wait for git: one waits while the others work. */
const inParallel = ['--parallel', '--jobs', String(availableParallelism() + 1)];

/**
 * Starting a program takes the longer the more memory the one that starts it has, and a worker that runs one file after the
 * other never gives any back by itself.
 */
const leanly = ['--max-semi-space-size=1', '--max-old-space-size=256'];

/** A suite of tests closes with its own "N passed, N failed"; a check passes or fails as a whole. */
const suites = {
  typecheck: check('npm', 'run', '--silent', 'typecheck'),
  lint: check('npm', 'run', '--silent', 'lint'),
  unit: mocha(...inParallel, 'test/unit/**/*.test.ts'),
  conformance: mocha(...inParallel, 'test/conformance/**/*.test.ts', 'test/corpus/**/*.test.ts'),
  devices: mochaWith(leanly, ...inParallel, 'test/devices/**/*.test.ts'),
  cli: mochaWith(leanly, ...inParallel, 'test/cli/**/*.test.ts'),
  page: mocha('test/ui/page/**/*.test.ts'),
  agents: mocha('test/agents/claudeCode/!(interactive).test.ts'),
  package: check('npm', 'run', '--silent', 'package'),
  'host-newest': tests('node', 'test/vscode/runInHost.ts', 'newest'),
  'host-oldest': tests('node', 'test/vscode/runInHost.ts', 'oldest'),
  ui: withSecondAttempt('test/ui/vscode/**/*.test.ts'),
  assistants: mocha('test/ui/assistants/**/*.test.ts'),
  'other-agents': mocha('test/agents/!(claudeCode)/**/*.test.ts', 'test/agents/claudeCode/interactive.test.ts'),
  servers: mocha('test/servers/**/*.test.ts'),
  faults: mocha(...inParallel, 'test/faults/**/*.test.ts'),
  large: mocha('test/large/**/*.test.ts'),
  git: mocha(...inParallel, 'test/git/**/*.test.ts'),
};

/** These need heavy servers or many programs, or take long, so they run only when they are asked for. */
const onlyWhenAsked = ['assistants', 'other-agents', 'servers', 'faults', 'large', 'git'];

/** These run what is packaged, so it is packaged anew for them. */
const onPackage = ['host-newest', 'host-oldest', 'ui', 'assistants'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

if (wanted.some((name) => onPackage.includes(name))) {
  wanted.push('package');
}

/** Each of these uses one processor at most: they run side by side, and what they print is shown when they have ended. */
const sideBySide = [['typecheck', 'lint'], ['page', 'agents'], ['host-newest', 'host-oldest']];

const chosen = Object.entries(suites).filter(([name]) => (wanted.length === 0 ? !onlyWhenAsked.includes(name) : wanted.includes(name)));
const total = { passed: 0, failed: 0 };
const summary = [];
/** What failed, said again at the end: a long report is read from there. */
const failures = [];
await prepare();
for (const group of groups(chosen)) {
  await Promise.all(group.map(async ([name, runSuite]) => {
    const start = Date.now();
    const printed = group.length > 1 ? [] : undefined;
    const print = (text) => void (printed?.push(text) ?? process.stdout.write(text));
    print(`\n──── ${name}\n`);
    const { passed, failed, reasons } = await runSuite(print);
    process.stdout.write(printed?.join('') ?? '');
    if (reasons) {
      failures.push(`──── ${name}: what failed\n${reasons}`);
    }
    total.passed += passed;
    total.failed += failed;
    summary.push(`${failed === 0 ? '✔' : '✘'} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds(start).padStart(7)}`);
  }));
}
console.log(`\n${[...failures, ...summary].join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** In their order, those that run side by side together. */
function groups(entries) {
  const found = new Map();
  for (const entry of entries) {
    const key = sideBySide.find((names) => names.includes(entry[0])) ?? entry[0];
    found.set(key, [...(found.get(key) ?? []), entry]);
  }
  return [...found.values()];
}

/** Repositories are made and thrown away by the thousand: in memory where there is enough of it and programs may be run from there. */
function inMemory() {
  const folder = '/dev/shm';
  const enough = 6 * 1024 ** 3;
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < enough || freemem() < enough) {
      return undefined;
    }
    const probe = path.join(mkdtempSync(path.join(folder, 'convosync-probe-')), 'probe');
    try {
      writeFileSync(probe, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
      execFileSync(probe);
      return folder;
    } finally {
      rmSync(path.dirname(probe), { recursive: true, force: true });
    }
  } catch {
    return undefined;
  }
}

/** What npm cannot bring: git, a browser in which VS Code is shown, and servers for storage. */
async function prepare() {
  const missing = [
    ...['git', 'age'].filter((program) => !onPath(program)),
    ...(process.env.CHROMIUM || ['chromium', 'chromium-browser', 'google-chrome'].some(onPath) ? [] : ['chromium', 'fonts-dejavu-core']),
    ...(wanted.length === 0 || wanted.includes('cli') ? ['zsh', 'fish'].filter((program) => !onPath(program)) : []),
    ...(onPath('lighttpd') ? [] : ['lighttpd', 'lighttpd-mod-webdav']),
    ...(wanted.includes('other-agents') && !onPath('tmux') ? ['tmux'] : []),
    ...(wanted.some((name) => onlyWhenAsked.includes(name) && name !== 'other-agents' && name !== 'assistants') ? heavy() : []),
  ];
  if (missing.length === 0) {
    return;
  }
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(`The tests need ${missing.join(', ')}: install them with the system's packages and run this again.`);
    process.exit(2);
  }
  const start = Date.now();
  const env = { DEBIAN_FRONTEND: 'noninteractive', TMPDIR: tmpdir() };
  await execute('apt-get', ['update', '-qq'], { env });
  await execute('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
  console.log(`Installed ${missing.join(', ')} in ${seconds(start)}`);
}

function heavy() {
  return [
    ...(onPath('apache2') ? [] : ['apache2', 'apache2-utils']),
    ...(onPath('nginx') ? [] : ['nginx-light', 'libnginx-mod-http-dav-ext']),
    ...(onPath('rclone') ? [] : ['rclone']),
    ...(onPath('sshd') && onPath('ssh') ? [] : ['openssh-server', 'openssh-client']),
    ...(onPath('swift-proxy-server') && onPath('memcached') ? [] : ['swift-proxy', 'swift-account', 'swift-container', 'swift-object', 'memcached']),
    ...(onPath('radosgw') && onPath('ceph-mon') && onPath('ceph-osd') ? [] : ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common']),
  ];
}

/** Debian keeps servers where only root looks for them. */
function onPath(program) {
  return [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin'].some((folder) => existsSync(path.join(folder, program)));
}

function check(command, ...args) {
  return async (print) => {
    const { code } = await execute(command, args, { print });
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
}

function mocha(...files) {
  return mochaWith([], ...files);
}

/** @param flags of Node, for the workers too */
function mochaWith(flags, ...files) {
  return tests('node', ...flags, 'node_modules/mocha/bin/mocha.js', '--forbid-only', '--reporter', 'test/support/closingLine.mjs', ...files);
}

/**
 * A whole VS Code in a browser on a busy machine drops a click now and then. Files in which a test failed run once more, in windows
 * of their own, and it is said aloud: what failed at first stands in the report's end, too. More than two of them are no accident.
 */
function withSecondAttempt(...files) {
  return async (print) => {
    const first = await mocha(...files)(print);
    if (first.failed === 0 || first.failedIn.length === 0 || first.failedIn.length > 2) {
      return first;
    }
    print(`\n──── once more: ${first.failedIn.join(', ')}\n`);
    const second = await mocha(...first.failedIn)(print);
    return second.failed === 0
      ? { passed: first.passed + first.failed, failed: 0, reasons: `\nPassed at the second attempt: ${first.failedIn.join(', ')}. At the first:\n${first.reasons}` }
      : { ...first, reasons: `${first.reasons}\nAt the second attempt:\n${second.reasons}` };
  };
}

/** Without a closing line, or with none passed, the suite has not run: that is a failure too. */
function tests(command, ...args) {
  return async (print) => {
    const { code, output } = await execute(command, args, { print });
    const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
    const passed = Number(closing?.[1] ?? 0);
    const failed = Number(closing?.[2] ?? 0);
    const failedIn = [...output.matchAll(/^failed in (.+)$/gm)].map(([, file]) => file);
    const reasons = [...output.matchAll(/^.*\d+ failing.*\n([\s\S]*?)^\d+ passed, \d+ failed$/gm)].map(([, text]) => text).join('');
    return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed, failedIn, reasons };
  };
}

function execute(command, args, { env = {}, print = (text) => void process.stdout.write(text) } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...(wanted.includes('other-agents') ? { CONVOSYNC_AGENTS_TABLE: 'write' } : {}), PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`, TMPDIR: scratch, NODE_COMPILE_CACHE: path.join(scratch, 'compiled'), XDG_CONFIG_HOME: path.join(scratch, 'config'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = setTimeout(() => {
      console.error(`✘ ${command} ${args.join(' ')} has not ended after ${SUITE_LIMIT_MS / 60_000} minutes`);
      child.kill('SIGKILL');
    }, SUITE_LIMIT_MS);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      print(text);
    });
    child.stderr.setEncoding('utf8').on('data', print);
    child.once('error', (error) => {
      clearTimeout(limit);
      console.error(`✘ ${command}: ${error.message}`);
      resolve({ code: 1, output });
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}

function seconds(start) {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}
