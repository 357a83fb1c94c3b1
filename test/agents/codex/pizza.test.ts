import assert from 'node:assert/strict';
import { pizzaSuite, pizzeria, question, remembered, statement } from '../pizzaSuite.ts';
import { codex } from './codexProgram.ts';
import { CodexUser } from './codexUser.ts';

pizzaSuite(codex);

describe('the pizza test with Codex', function () {
  this.timeout(180_000);
  const shop = pizzeria(codex);

  it('tells the agent both stories when both devices went on with the same conversation, on either, and what is said after them', async () => {
    const { desktop, laptop, model, at } = shop;
    const { sessionId } = await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    await laptop.resume();
    model.prepare([{ name: 'exec_command', input: { cmd: 'echo said by a tool on the laptop' } }], 'It is said.');
    await at(laptop).say('said on the laptop', { resume: sessionId });
    await laptop.save('Go on at the laptop');
    await at(desktop).say('said on the desktop', { resume: sessionId });

    const [command] = (await desktop.resume()).commands;
    assert.equal(command?.conversation, sessionId);
    assert.equal((await at(desktop).say(question, { resume: sessionId })).answer, remembered);
    const both = [statement, 'Noted.', 'said on the desktop', 'Noted.', 'said on the laptop', 'It is said.', question];
    assert.deepEqual(model.lastConversation(), both);
    assert.match(model.requests.at(-1)?.body ?? '', /function_call_output[^}]*said by a tool on the laptop/);

    await desktop.save('Both');
    await at(laptop).say('said meanwhile', { resume: sessionId });
    assert.deepEqual((await laptop.resume()).verdict.differences.map(({ kind }) => kind), ['conversation-longer']);
    await at(laptop).say('and now?', { resume: sessionId });
    assert.deepEqual(model.lastConversation(), [statement, 'Noted.', 'said on the laptop', 'It is said.', 'said meanwhile', 'Noted.', 'said on the desktop', 'Noted.', question, remembered, 'and now?']);

    const { sessionId: fork } = await new CodexUser({ home: laptop.home, folder: laptop.folder, model: model.url }).say('said in a fork', { fork: sessionId });
    assert.notEqual(fork, sessionId);
    assert.ok(['said meanwhile', 'said on the desktop', 'and now?', 'said in a fork'].every((text) => model.lastConversation().includes(text)));
  });
});
