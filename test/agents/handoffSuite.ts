/** An agent's own program as the one who writes a handoff, beside the conversation that it is about. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { createAgents } from '../../src/core/agents/registry.ts';
import { createConvoSync } from '../../src/core/operations/createConvoSync.ts';
import type { AgentProgram } from './agentProgram.ts';
import { pizzeria, statement } from './pizzaSuite.ts';

const asked = 'Write a handoff';

export function handoffSuite(program: AgentProgram): void {
  describe(`a handoff by the program itself: ${program.id} ${program.version}`, function () {
    this.timeout(300_000);
    const shop = pizzeria(program);

    it('says what the model wrote, which had no tool at hand, and leaves the conversation as it was, and no other one, behind', async () => {
      const { desktop, model, at } = shop;
      await at(desktop).say(statement);
      const env = (await at(desktop).terminal?.()) ?? assert.fail('the program has no terminal');
      const before = await transcriptsIn(env);
      model.prepareAside(asked, '## Current Task\n\nSell pizza.\n\n## Important Context\n\n- Favorite pizza: Margherita');

      const { markdown, withoutModel } = await createConvoSync({ ...desktop.machine, env }).draftHandoff(desktop.folder, { handoffBy: 'agent' });
      assert.equal(withoutModel, undefined);
      assert.match(markdown, /\*\*Made by:\*\* the agent\n\n## Current Task\n\nSell pizza\.\n\n## Important Context\n\n- Favorite pizza: Margherita\n$/);
      const [question] = model.asides.filter(({ said }) => said.at(-1)?.includes(asked));
      assert.deepEqual(question?.tools, []);
      assert.match(question.said.at(-1) ?? '', /User: my favorite pizza is Margherita/);
      assert.deepEqual(await transcriptsIn(env), before);
    });

    /** By their ids, as the agent has them. */
    async function transcriptsIn(env: Record<string, string>): Promise<Record<string, string>> {
      const { home, folder, machine } = shop.desktop;
      const agent = createAgents({ ...machine, env }, path.join(home, 'records')).find(({ id }) => id === program.id) ?? assert.fail();
      const { conversations, problems } = await agent.find({ folder });
      assert.deepEqual(problems, []);
      return Object.fromEntries(conversations.map(({ id, transcript }) => [id, readFileSync(transcript, 'utf8')]));
    }
  });
}
