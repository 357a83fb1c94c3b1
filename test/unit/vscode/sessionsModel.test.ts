import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { changedDevices, sessionsModel } from '../../../src/vscode/sessionsView/model.ts';
import { desktop, laptop, listing, minutesAgo, saved } from './facts.ts';

describe('the tree of sessions', () => {
  const two = listing([saved('s3', desktop), saved('s2', laptop), saved('s1', desktop)]);

  it('puts the device that saved last first, and marks this one', () => {
    const { devices } = sessionsModel({ listing: two });
    assert.deepEqual(devices.map(({ device, here }) => [device.name, here]), [['desktop', false], ['laptop', true]]);
  });

  it('keeps the sessions of a device newest first', () => {
    const [first] = sessionsModel({ listing: two }).devices;
    assert.deepEqual(first?.sessions.map(({ summary }) => summary.id), ['s3', 's1']);
  });

  it('says why a list is old, and from when it is', () => {
    const problem = new ConvoSyncError('remote-unreachable', '');
    const { stale, devices } = sessionsModel({ listing: listing(two.sessions, { problem, refreshed: minutesAgo(90) }) });
    assert.deepEqual(stale, { error: problem, refreshed: minutesAgo(90) });
    assert.equal(devices.length, 2);
  });

  it('draws nothing anew when nothing has changed', () => {
    assert.deepEqual(changedDevices(sessionsModel({ listing: two }), sessionsModel({ listing: structuredClone(two) })), []);
  });

  it('draws only the device whose session was sent or can be resumed now', () => {
    const queued = listing([saved('s3', desktop), saved('s2', laptop, { queued: true }), saved('s1', desktop)]);
    assert.deepEqual(changedDevices(sessionsModel({ listing: queued }), sessionsModel({ listing: two })), [laptop.id]);
    assert.deepEqual(changedDevices(sessionsModel({ listing: two }), sessionsModel({ listing: two, resumable: saved('s3', desktop) })), [desktop.id]);
  });

  it('draws all anew when a device, the trash or the reason of staleness is another', () => {
    const before = sessionsModel({ listing: two });
    assert.equal(changedDevices(before, sessionsModel({ listing: listing([saved('s4', laptop), ...two.sessions]) })), undefined);
    assert.equal(changedDevices(before, sessionsModel({ listing: { ...two, trash: [{ ...saved('s9', desktop), trashedAt: minutesAgo(1), trashedBy: { writer: 'wwwwwwww', seq: 3, who: 'person' } }] } })), undefined);
    assert.equal(changedDevices(before, sessionsModel({ listing: { ...two, problem: new ConvoSyncError('git-timeout', '') } })), undefined);
  });
});
