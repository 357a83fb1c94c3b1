import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Device } from '../../support/device.ts';
import { pizzaSuite, pizzeria, statement } from '../pizzaSuite.ts';
import { copilotCli } from './copilotProgram.ts';

pizzaSuite(copilotCli);

describe('the pizza test with Copilot CLI', function () {
  this.timeout(180_000);
  const shop = pizzeria(copilotCli);

  it('brings home the very bytes that were written away, and the folder of home', async () => {
    const { desktop, laptop, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    const file = (device: Device, name: string): Buffer => readFileSync(path.join(device.home, '.copilot', 'session-state', sessionId, name));
    const workspace = file(desktop, 'workspace.yaml');
    await desktop.save('Tell the favorite');

    const resumed = await laptop.resume();
    assert.deepEqual(resumed.commands[0]?.argv.slice(1), ['--resume', sessionId]);
    assert.ok(file(laptop, 'workspace.yaml').includes(`\ncwd: ${laptop.folder}\n`));
    await at(laptop).say('and I drink water with it', { resume: sessionId });
    await laptop.save('Tell the drink');

    await desktop.resume();
    assert.ok(file(desktop, 'events.jsonl').equals(file(laptop, 'events.jsonl')));
    assert.equal(file(desktop, 'workspace.yaml').toString().replace(/^updated_at.*/m, ''), workspace.toString().replace(/^updated_at.*/m, ''));
  });
});
