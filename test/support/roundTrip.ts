/** There and back between two devices: the shortest proof that a kind of repository works. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Device } from './device.ts';
import { assertNoFootprint } from './footprint.ts';

const talk = randomUUID();

/** Changes code and conversation on a device. */
export function work(device: Device, text: string): void {
  device.world.passMinutes(1);
  device.say(talk, text);
  device.write('orders.js', `export const orders = ["${text}"];\n`);
}

/** Both end with the same commit and the same bytes of conversation, and with nothing of ours in either repository. */
export async function roundTrip(desktop: Device, laptop: Device): Promise<void> {
  work(desktop, 'there');
  const there = await desktop.save('There');
  assert.equal(there.outcome, 'sent', there.problem?.message);
  assert.deepEqual((await laptop.resume()).verdict, { inSync: true, differences: [] });
  assert.equal(laptop.git('rev-parse', 'HEAD'), there.commit);
  work(laptop, 'back');
  const back = await laptop.save('Back');
  assert.equal(back.outcome, 'sent', back.problem?.message);
  assert.deepEqual((await desktop.resume()).verdict, { inSync: true, differences: [] });
  assert.equal(desktop.git('rev-parse', 'HEAD'), back.commit);
  assert.equal(desktop.readTranscript(talk), laptop.readTranscript(talk));
  assertNoFootprint(desktop);
  assertNoFootprint(laptop);
}
