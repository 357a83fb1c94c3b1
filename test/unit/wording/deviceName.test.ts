import assert from 'node:assert/strict';
import { deviceName } from '../../../src/wording/deviceName.ts';

describe('the name of a device', () => {
  const device = (id: string, name: string) => ({ device: { id, name, kind: 'laptop' as const } });
  const [one, other, desk] = [device('aaaaaaaa11', 'Laptop'), device('bbbbbbbb22', 'laptop'), device('cccccccc33', 'Desk')];

  it('comes with the beginning of its id where another device has the same one, in whatever case', () => {
    assert.equal(deviceName(one.device, [one, other, desk]), 'Laptop (aaaaaaaa)');
    assert.equal(deviceName(other.device, [one, other, desk]), 'laptop (bbbbbbbb)');
    assert.equal(deviceName(desk.device, [one, other, desk]), 'Desk');
    assert.equal(deviceName(one.device, [one]), 'Laptop');
  });
});
