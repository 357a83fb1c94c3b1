import assert from 'node:assert/strict';
import { cp, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { hostFingerprint, homeInode } from '../../../../src/core/home/fingerprint.ts';
import { Home } from '../../../../src/core/home/home.ts';
import { useTemporaryHome } from './temporaryHome.ts';

const facts = { hostname: 'anna-mac.local', platform: 'linux', machineId: 'b08dfa6083e7567a1921a715000001fb\n', homeInode: '42 1700000000' } as const;
const nameless = { hostname: facts.hostname, platform: facts.platform, homeInode: facts.homeInode };

describe('the fingerprint of a host', () => {
  const home = useTemporaryHome();

  it('stays when the network gives the host another name', () => {
    assert.equal(hostFingerprint({ ...facts, hostname: 'dhcp-17.office.example' }), hostFingerprint(facts));
    assert.equal(hostFingerprint({ ...nameless, hostname: 'Anna-Mac.fritz.box' }), hostFingerprint(nameless));
  });

  it('tells another machine and another copy of the home', () => {
    const others = [{ ...facts, machineId: 'ffff' }, { ...facts, homeInode: '43 1700000000' }, nameless, { ...nameless, hostname: 'ben' }, { ...facts, platform: 'darwin' } as const];
    assert.equal(new Set([facts, ...others].map(hostFingerprint)).size, others.length + 1);
  });

  it('does not tell the id of the machine', () => {
    assert.match(hostFingerprint(facts), /^[0-9a-f]{64}$/);
  });

  it('stays while a home is used, from its first moment on', async () => {
    const before = await homeInode(home());
    await writeFile(home().deviceFile, '{}');
    await utimes(home().root, new Date(), new Date(0));
    assert.equal(await homeInode(home()), before);
  });

  it('changes when a home is restored from a copy', async () => {
    const copy = path.join(path.dirname(home().root), 'copy');
    await cp(home().root, copy, { recursive: true, preserveTimestamps: true });
    assert.notEqual(await homeInode(new Home(copy)), await homeInode(home()));
  });
});
