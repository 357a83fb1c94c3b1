import assert from 'node:assert/strict';
import * as path from 'node:path';
import { findSession, transcriptOf } from '../../../src/core/agents/openCode/rows.ts';
import { withDatabase } from '../../../src/core/agents/openCode/database.ts';
import type { Device } from '../../support/device.ts';
import { pizzaSuite, pizzeria, statement } from '../pizzaSuite.ts';
import { openCode } from './openCodeProgram.ts';

pizzaSuite(openCode);

describe('the pizza test with OpenCode', function () {
  this.timeout(600_000);
  const shop = pizzeria(openCode);

  /** Undefined where the program has no such session. */
  async function recordsOn(device: Device, id: string): Promise<string | undefined> {
    return withDatabase(path.join(device.home, '.local/share/opencode/opencode.db'), (database) => (findSession(database, id) ? transcriptOf(database, id) : undefined));
  }

  it('brings the very records home, and an undo takes out again what a resume put in, there and here', async () => {
    const { desktop, laptop, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    const told = await recordsOn(desktop, sessionId);
    await desktop.save('Tell the favorite');

    await laptop.resume();
    assert.equal(await recordsOn(laptop, sessionId), told);
    await laptop.undo('resume');
    assert.equal(await recordsOn(laptop, sessionId), undefined);

    await laptop.resume();
    await at(laptop).say('and I drink water with it', { resume: sessionId });
    await laptop.save('Tell the drink');
    await desktop.resume();
    assert.equal(await recordsOn(desktop, sessionId), await recordsOn(laptop, sessionId));
    await desktop.undo('resume');
    assert.equal(await recordsOn(desktop, sessionId), told);
  });

  it('says before anything is changed that the program is missing, and resumes the code alone', async () => {
    const { desktop, laptop, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    Object.assign(laptop.machine.env, { PATH: '' });

    const plan = await laptop.convosync.planResume(laptop.folder, {});
    assert.deepEqual(plan.findings.filter(({ code }) => code === 'agent-missing').map(({ details }) => details['agentName']), ['OpenCode']);
    const { verdict } = await laptop.convosync.resume(plan);
    assert.deepEqual(verdict.differences.map(({ kind }) => kind), ['conversation-missing']);
    assert.equal(await recordsOn(laptop, sessionId), undefined);
  });
});
