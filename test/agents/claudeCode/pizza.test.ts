import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pizzaSuite, pizzeria, question, remembered, statement } from '../pizzaSuite.ts';
import { claudeCode } from './claudeProgram.ts';

pizzaSuite(claudeCode);

describe('the pizza test with Claude Code', function () {
  this.timeout(120_000);
  const shop = pizzeria(claudeCode);

  it('brings home the very bytes that were written away', async () => {
    const { desktop, laptop, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    const resumed = await laptop.resume();
    assert.deepEqual(resumed.commands[0]?.argv.slice(1), ['--resume', sessionId]);
    await at(laptop).say('and I drink water with it', { resume: sessionId });
    await laptop.save('Tell the drink');
    await desktop.resume();
    assert.ok(readFileSync(desktop.transcriptPath(sessionId)).equals(readFileSync(laptop.transcriptPath(sessionId))));
  });

  it('tells the agent both stories when both devices went on with the same conversation', async () => {
    const { desktop, laptop, model, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    await laptop.resume();
    await at(laptop).say('said on the laptop', { resume: sessionId });
    await laptop.save('Go on at the laptop');
    await at(desktop).say('said on the desktop', { resume: sessionId });

    const [command] = (await desktop.resume()).commands;
    assert.equal(command?.conversation, sessionId);
    assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
    const both = [statement, 'Noted.', 'said on the desktop', 'Noted.', 'said on the laptop', 'Noted.', question];
    assert.deepEqual(model.lastConversation(), both);

    await desktop.save('Both');
    await laptop.resume();
    await at(laptop).say('and now?', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [...both, remembered, 'and now?']);
  });

  it('passes by the handoff alone, which says what the person told', async () => {
    const { desktop, laptop, at } = shop;
    await at(desktop).say(statement);
    const saved = await desktop.save('Tell the favorite');
    const { manifest } = await laptop.convosync.open(laptop.folder, saved.session);
    assert.match(manifest.handoff, /Margherita/);
  });
});
