/** The real Claude Code as the one who writes a handoff, beside the conversation that it is about. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ConvoSync } from '../../../src/core/operations/convosync.ts';
import { createConvoSync } from '../../../src/core/operations/createConvoSync.ts';
import { pizzeria, statement } from '../pizzaSuite.ts';
import { claudeCode, claudeProgram } from './claudeProgram.ts';
import { claudeEnvironment, ClaudeUser } from './claudeUser.ts';

const asked = 'Write a handoff';
const secret = 'ghp_9fK2mQ7xR4tV8wY1zB3cD5eF6gH0jL2nP4qS';
const request = { handoffBy: 'agent' } as const;

describe('a handoff by Claude Code itself', function () {
  this.timeout(120_000);
  const shop = pizzeria(claudeCode);
  let user: ClaudeUser;

  beforeEach(() => {
    user = new ClaudeUser({ home: shop.desktop.home, folder: shop.desktop.folder, model: shop.model.url });
  });

  /** ConvoSync on the desktop, where Claude Code is on the PATH. */
  async function withAgent(programs?: string): Promise<ConvoSync> {
    const { home, machine } = shop.desktop;
    const env = claudeEnvironment({ home, model: shop.model.url });
    return createConvoSync({ ...machine, env: { ...env, PATH: programs ?? `${path.dirname(await claudeProgram())}${path.delimiter}${env['PATH'] ?? ''}` } });
  }

  it('says what the model wrote, and leaves the conversation, and no other one, behind', async () => {
    const { sessionId } = await user.say(`${statement}, and the token is ${secret}`);
    const before = readFileSync(await user.transcriptFile(sessionId));
    shop.model.prepareAside(asked, `## Current Task\n\nSell pizza with ${secret}.\n\n## Important Context\n\n- Favorite pizza: Margherita`);

    const { markdown, withoutModel } = await (await withAgent()).draftHandoff(shop.desktop.folder, request);
    assert.equal(withoutModel, undefined);
    assert.match(markdown, /\*\*Made by:\*\* the agent\n\n## Current Task\n\nSell pizza with \[redacted: [^\]]+\]\.\n\n## Important Context\n\n- Favorite pizza: Margherita\n$/);
    const [question] = shop.model.asides.filter(({ said }) => said.at(-1)?.includes(asked));
    assert.deepEqual(question?.tools, []);
    assert.match(question.said.at(-1) ?? '', /User: my favorite pizza is Margherita/);
    assert.equal(shop.model.asides.some(({ body, said }) => said.at(-1)?.includes(asked) && body.includes(secret)), false);
    assert.deepEqual(await user.sessionIds(), [sessionId]);
    assert.ok(readFileSync(await user.transcriptFile(sessionId)).equals(before));
  });

  it('is made of the conversation alone, and says why, where the answer is none or the program is missing', async () => {
    await user.say(statement);
    const malformed = await (await withAgent()).draftHandoff(shop.desktop.folder, request);
    assert.deepEqual(malformed.withoutModel, { asked: 'agent', whyNot: 'malformed' });
    assert.match(malformed.markdown, /without a language model[^]*Margherita/);
    const missing = await (await withAgent('/usr/bin')).draftHandoff(shop.desktop.folder, request);
    assert.deepEqual(missing.withoutModel, { asked: 'agent', whyNot: 'none' });
  });

  it('is in the session that is saved, and a failure is among the findings', async () => {
    await user.say(statement);
    shop.model.prepareAside(asked, '## Next Steps\n\n1. Bake');
    const convosync = await withAgent();
    const plan = await convosync.planSave(shop.desktop.folder, request);
    assert.match(plan.handoff, /1\. Bake/);
    await convosync.planSave(shop.desktop.folder, { ...request, message: 'Another title' });
    assert.equal(shop.model.asides.filter(({ said }) => said.at(-1)?.includes(asked)).length, 1, 'asked once, planned twice');
    const failing = await (await withAgent('/usr/bin')).planSave(shop.desktop.folder, request);
    assert.deepEqual(failing.findings.find(({ code }) => code === 'handoff-without-model')?.details, { asked: 'agent', whyNot: 'none' });
  });
});
