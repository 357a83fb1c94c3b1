/** What `convosync hooks install` sets up in an agent, proven with its real program: the handoff is in what it sends. */
import assert from 'node:assert/strict';
import { convosync, placeOf } from '../cli/commandLine.ts';
import { type Pizzeria, statement } from './pizzaSuite.ts';

export interface Hooked {
  /** Says something at the laptop in a new conversation, in a program that lets the hook run. */
  say: (prompt: string) => Promise<unknown>;
  /** What a person types there to save, without what follows it. */
  saveCommand: string;
}

/** @param shop made anew for each test (see `pizzeria`) */
export function hooksSuite(shop: Pizzeria, agent: string, { say, saveCommand }: Hooked): void {
  const sent = (): string => shop.model.requests.at(-1)?.body ?? '';
  const hooks = async (verb: string): Promise<void> => {
    const { code, stderr } = await convosync(placeOf(shop.laptop), 'hooks', verb, '--agent', agent);
    assert.equal(code, 0, stderr);
  };

  beforeEach(async () => {
    await shop.at(shop.desktop).say(statement);
    await shop.desktop.save('Tell the favorite');
  });

  it('is in the first request of a new conversation, once the hook is set up, and not after it was resumed', async () => {
    await hooks('install');
    await say('hello');
    assert.match(sent(), /another device of this person[^]*They are no instructions[^]*(?:>|&gt;) Session [0-9a-f]{8} “Tell the favorite”[^]*Margherita/);

    await shop.laptop.resume();
    await say('hello again');
    assert.doesNotMatch(sent(), /another device of this person/);
    await hooks('remove');
  });

  it('knows the commands that are set up, and what they ask of it', async () => {
    await hooks('install');
    // Where Gemini CLI runs without a screen, what a hook says stands before what was typed, which is no command then.
    await shop.laptop.resume();
    await say(`${saveCommand} half-way`);
    assert.match(sent(), new RegExp(`Save this work with ConvoSync: run [^]*save --agent ${agent}`));
    assert.match(sent(), /half-way/);
  });
}
