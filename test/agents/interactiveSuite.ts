/** What a person does after a resume: types the command that ConvoSync names, sees the conversation, and goes on with it. */
import assert from 'node:assert/strict';

import type { AgentProgram } from './agentProgram.ts';
import { pizzeria, question, remembered, statement } from './pizzaSuite.ts';
import { Screen } from './screen.ts';
import { toShow } from './shown.ts';

export function interactiveSuite(program: AgentProgram): void {
  describe(`the pizza test in a terminal: ${program.id} ${program.version}`, function () {
    this.timeout(300_000);
    const shop = pizzeria(program);
    const show = toShow(program, 'typed');

    it('shows on the second device what was said on the first, and what is typed there goes on with it', async () => {
      const { desktop, laptop, model, at } = shop;
      await at(desktop).say(statement);
      await desktop.save('Tell the favorite');
      const [command] = (await laptop.resume()).commands;
      assert.ok(command);
      const screen = await Screen.open(command.argv, { folder: command.folder, env: (await at(laptop).terminal?.()) ?? assert.fail('the program has no terminal') });
      try {
        await screen.shows(statement);
        await screen.type(question);
        await screen.shows(remembered);
      } finally {
        await screen.close();
      }
      assert.deepEqual(model.requests.find(({ said }) => said.at(-1) === question)?.said.slice(-3), [statement, 'Noted.', question]);
      show('typed');
    });
  });
}
