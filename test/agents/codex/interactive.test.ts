import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { CodexAgent } from '../../../src/core/agents/codex/codex.ts';
import { interactiveSuite } from '../interactiveSuite.ts';
import { pizzeria, question, remembered, statement } from '../pizzaSuite.ts';
import { Screen } from '../screen.ts';
import { codex } from './codexProgram.ts';

interactiveSuite(codex);

describe('Codex in a terminal, after a resume', function () {
  this.timeout(120_000);
  const shop = pizzeria(codex);

  it('may write in the folder in which it goes on, and no longer in that of the first device', async () => {
    const { desktop, laptop, at } = shop;
    await at(desktop).say(statement);
    await desktop.save('Tell the favorite');
    const [command] = (await laptop.resume()).commands;
    const screen = await Screen.open(command?.argv ?? [], { folder: laptop.folder, env: (await at(laptop).terminal?.()) ?? {} });
    try {
      await screen.type(question);
      await screen.shows(remembered);
    } finally {
      await screen.close();
    }
    const { conversations } = await new CodexAgent({ userHome: laptop.home, env: {}, platform: process.platform }).find({ folder: laptop.folder });
    const turns = readFileSync(conversations[0]?.transcript ?? '', 'utf8').split('\n').filter((line) => line.includes('"turn_context"'));
    assert.equal(turns.at(-1)?.includes(desktop.folder), false);
    assert.ok(turns.at(-1)?.includes(`"path":${JSON.stringify(laptop.folder)}},"access":"write"`));
  });
});
