/** A handoff reaches the real program by its start. */
import { hooksSuite } from '../hooksSuite.ts';
import { pizzeria } from '../pizzaSuite.ts';
import { gemini } from './geminiProgram.ts';

describe('a handoff of another device in Gemini CLI', function () {
  this.timeout(120_000);
  const shop = pizzeria(gemini);
  hooksSuite(shop, gemini.id, { say: (prompt) => shop.at(shop.laptop).say(prompt), saveCommand: '/convosync:save' });
});
