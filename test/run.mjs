// Everything that proves ConvoSync, in one command: node test/run.mjs [suite…]
// Installs what the tests need, runs the suites in order, and ends with one line: "N passed, N failed".
// Runs on an older Node too: the suites themselves run on the Node that npm installed beside them.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A suite that runs only when it is asked for may take as long as its servers do. */
const SUITE_LIMIT_MS = (process.argv.length > 2 ? 120 : 18) * 60_000;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules/.bin');
/** What programs leave behind: VS Code its sockets, Chromium its crash reports. */
const scratch = mkdtempSync(path.join(tmpdir(), 'convosync-tests-'));
// Servers that a test starts as root become another user, who has to get through to their folders.
chmodSync(scratch, 0o711);
process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
process.once('SIGINT', () => process.exit(130));

/** For suites whose files have devices of their own each, and mostly wait for git. */
const inParallel = ['--parallel', '--jobs', String(availableParallelism())];

/** A suite of tests closes with its own "N passed, N failed"; a check passes or fails as a whole. */
const suites = {
  typecheck: check('npm', 'run', '--silent', 'typecheck'),
  lint: check('npm', 'run', '--silent', 'lint'),
  unit: mocha(...inParallel, 'test/unit/**/*.test.ts'),
  conformance: mocha(...inParallel, 'test/conformance/**/*.test.ts', 'test/corpus/**/*.test.ts'),
  devices: mocha(...inParallel, 'test/devices/**/*.test.ts'),
  cli: mocha(...inParallel, 'test/cli/**/*.test.ts'),
  page: mocha('test/ui/page/**/*.test.ts'),
  agents: mocha('test/agents/claudeCode/**/*.test.ts'),
  package: check('npm', 'run', '--silent', 'package'),
  'host-newest': tests('node', 'test/vscode/runInHost.ts', 'newest'),
  'host-oldest': tests('node', 'test/vscode/runInHost.ts', 'oldest'),
  ui: mocha('test/ui/vscode/**/*.test.ts'),
  'other-agents': mocha('test/agents/!(claudeCode)/**/*.test.ts'),
  servers: mocha('test/servers/**/*.test.ts'),
  faults: mocha(...inParallel, 'test/faults/**/*.test.ts'),
  large: mocha('test/large/**/*.test.ts'),
  git: mocha(...inParallel, 'test/git/**/*.test.ts'),
};

/** These need heavy servers or many programs, or take long, so they run only when they are asked for. */
const onlyWhenAsked = ['other-agents', 'servers', 'faults', 'large', 'git'];

/** These run what is packaged, so it is packaged anew for them. */
const onPackage = ['host-newest', 'host-oldest', 'ui'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

if (wanted.some((name) => onPackage.includes(name))) {
  wanted.push('package');
}

const chosen = Object.entries(suites).filter(([name]) => (wanted.length === 0 ? !onlyWhenAsked.includes(name) : wanted.includes(name)));
const total = { passed: 0, failed: 0 };
const summary = [];
await prepare();
for (const [name, runSuite] of chosen) {
  console.log(`\n──── ${name}`);
  const start = Date.now();
  const { passed, failed } = await runSuite();
  total.passed += passed;
  total.failed += failed;
  summary.push(`${failed === 0 ? '✔' : '✘'} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds(start).padStart(7)}`);
}
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** What npm cannot bring: git, a browser in which VS Code is shown, and servers for storage. */
async function prepare() {
  const missing = [
    ...['git', 'age'].filter((program) => !onPath(program)),
    ...(process.env.CHROMIUM || ['chromium', 'chromium-browser', 'google-chrome'].some(onPath) ? [] : ['chromium', 'fonts-dejavu-core']),
    ...(onPath('lighttpd') ? [] : ['lighttpd', 'lighttpd-mod-webdav']),
    ...(wanted.some((name) => onlyWhenAsked.includes(name) && name !== 'other-agents') ? heavy() : []),
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
  await execute('apt-get', ['update', '-qq'], env);
  await execute('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env);
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
  return async () => {
    const { code } = await execute(command, args);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
}

function mocha(...files) {
  return tests('node', 'node_modules/mocha/bin/mocha.js', '--forbid-only', '--reporter', 'test/support/closingLine.mjs', ...files);
}

/** Without a closing line, or with none passed, the suite has not run: that is a failure too. */
function tests(command, ...args) {
  return async () => {
    const { code, output } = await execute(command, args);
    const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
    const passed = Number(closing?.[1] ?? 0);
    const failed = Number(closing?.[2] ?? 0);
    return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
  };
}

function execute(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`, TMPDIR: scratch, XDG_CONFIG_HOME: path.join(scratch, 'config'), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const limit = setTimeout(() => {
      console.error(`✘ ${command} ${args.join(' ')} has not ended after ${SUITE_LIMIT_MS / 60_000} minutes`);
      child.kill('SIGKILL');
    }, SUITE_LIMIT_MS);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      process.stdout.write(text);
    });
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
