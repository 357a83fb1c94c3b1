import assert from 'node:assert/strict';
import type { Device } from '../../../../../src/core/session/device.ts';
import { distinctDeviceName, handoffPath } from '../../../../../src/core/session/handoff/inRepository.ts';

const device = (name: string, id = 'aaaaaaaa'): Device => ({ id, name, kind: 'unknown' });

describe('the place of a handoff in the repository', () => {
  it('is named after the device', () => {
    assert.equal(handoffPath(device('work-laptop'), []), '.convosync/handoffs/work-laptop.md');
    assert.equal(handoffPath(device("Zoë's MacBook Pro"), []), '.convosync/handoffs/Zoë-s-MacBook-Pro.md');
  });

  it('never leaves its folder, hides, or takes a name that Windows keeps', () => {
    assert.equal(handoffPath(device('../../etc/passwd'), []), '.convosync/handoffs/etc-passwd.md');
    assert.equal(handoffPath(device('.hidden'), []), '.convosync/handoffs/hidden.md');
    assert.equal(handoffPath(device('///'), []), '.convosync/handoffs/device.md');
    assert.equal(handoffPath(device('NUL'), []), '.convosync/handoffs/device-NUL.md');
  });

  it('is not shared by devices whose names are the same to some file system', () => {
    const devices = [device('Laptop', 'aaaaaaaa'), device('laptop', 'bbbbbbbb'), device('lap top', 'cccccccc'), device('lap/top', 'dddddddd')];
    assert.equal(new Set(devices.map((each) => handoffPath(each, devices).toLowerCase())).size, devices.length);
  });

  it('does not tell the id of the device', () => {
    const devices = [device('laptop', 'feedc0de'), device('laptop', 'bbbbbbbb')];
    assert.match(distinctDeviceName(devices[0]!, devices), /^laptop-[0-9a-f]{6}$/);
    assert.doesNotMatch(handoffPath(devices[0]!, devices), /feedc0/);
  });
});
