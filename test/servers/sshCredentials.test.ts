import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import { explainError } from '../../src/wording/errors.ts';
import { type Device, World } from '../support/device.ts';
import { withReadableVault } from '../support/readableVault.ts';
import { type Server, startServer } from '../support/server.ts';

const talk = randomUUID();
const passphrase = 'nine muddy boots';

describe('a remote by ssh', function () {
  this.timeout(60_000);
  let world: World;
  let sshd: Server;
  let keys: string;
  let remote: string;

  before(async () => {
    world = new World();
    remote = world.remote();
    keys = path.join(world.folder, 'keys');
    mkdirSync(keys);
    // Where sshd locks itself in before somebody has signed in.
    mkdirSync('/run/sshd', { recursive: true });
    for (const [name, secret] of [['host', ''], ['ada', passphrase]] as const) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', secret, '-f', path.join(keys, name)]);
    }
    const settings = path.join(keys, 'sshd.conf');
    writeFileSync(settings, [
      'ListenAddress 127.0.0.1', `HostKey ${keys}/host`, `AuthorizedKeysFile ${keys}/ada.pub`, `PidFile ${keys}/pid`, 'StrictModes no', 'PermitRootLogin yes',
      'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'UsePAM no', 'SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1', '',
    ].join('\n'));
    sshd = await startServer('/usr/sbin/sshd', (port) => ['-D', '-e', '-f', settings, '-p', String(port)]);
    execFileSync('sh', ['-c', `echo "[127.0.0.1]:${sshd.port} $(cut -d' ' -f1,2 '${keys}/host.pub')" > '${keys}/known'`]);
  });
  after(async () => {
    await sshd.stop();
    world[Symbol.dispose]();
  });

  /** A clone whose user has a key of the server's in a file. */
  function device(name: string, env: Record<string, string> = {}): Device {
    const made = world.device(name, { env }).clone(remote);
    made.git('remote', 'set-url', 'origin', `ssh://${userInfo().username}@127.0.0.1:${sshd.port}${remote}`);
    return knowing(made, path.join(keys, 'known'));
  }

  function knowing(on: Device, knownHosts: string): Device {
    on.git('config', 'core.sshCommand', `ssh -F none -i '${keys}/ada' -o IdentitiesOnly=yes -o UserKnownHostsFile='${knownHosts}'`);
    return on;
  }

  function work(on: Device, text: string): void {
    world.passMinutes(1);
    on.say(talk, text);
    on.write('orders.js', `${text}\n`);
  }

  it('is opened by the user’s agent, as in their terminal', async () => {
    const agent = path.join(world.folder, 'agent');
    const started = execFileSync('ssh-agent', ['-a', agent], { encoding: 'utf8' });
    const env = { SSH_AUTH_SOCK: agent };
    try {
      const ask = path.join(keys, 'ask');
      writeFileSync(ask, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o755 });
      execFileSync('ssh-add', ['-q', path.join(keys, 'ada')], { env: { ...process.env, ...env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' }, stdio: 'pipe' });
      const [desktop, laptop] = [device('desktop', env), device('laptop', env)];
      work(desktop, 'one');
      assert.equal((await desktop.save('One')).outcome, 'sent');
      assert.equal((await laptop.resume()).verdict.inSync, true);
    } finally {
      process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]));
    }
  });

  it('asks through the program that is lent for what a person asked for', async () => {
    const ask = path.join(keys, 'lent');
    writeFileSync(ask, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o755 });
    const desktop = device('asking', { SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' });
    work(desktop, 'two');
    assert.equal((await desktop.save('Two')).outcome, 'sent');
  });

  for (const [what, knownHosts, said] of [
    ['a key that nobody unlocks', 'known', /ssh-add/],
    ['a server that is not known yet', 'unknown', /compare the key/],
  ] as const) {
    it(`waits for nobody because of ${what}: the save is kept, and a sentence says what to do`, async () => {
      const desktop = device(what);
      const asking = withReadableVault(createConvoSync({ ...desktop.machine, gitEnv: { ...desktop.env, SSH_ASKPASS: path.join(keys, 'lent'), SSH_ASKPASS_REQUIRE: 'force' } }));
      work(desktop, 'first');
      assert.equal((await asking.save(await asking.planSave(desktop.folder, { message: 'First' }))).outcome, 'sent');
      knowing(desktop, path.join(keys, knownHosts));
      work(desktop, 'second');
      const begun = Date.now();
      const { outcome, problem } = await desktop.save('Second');
      assert.deepEqual([outcome, problem?.code], ['queued', 'git-credentials']);
      assert.match(explainError(problem).hint ?? '', said);
      assert.ok(Date.now() - begun < 20_000, 'no prompt was waited for');
    });
  }
});
