/** A handoff reaches the real program: by its start, and by the tools that it is offered. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { placeOf, program } from '../../cli/commandLine.ts';
import { hooksSuite } from '../hooksSuite.ts';
import { pizzeria } from '../pizzaSuite.ts';
import { ClaudeUser } from './claudeUser.ts';
import { claudeCode } from './claudeProgram.ts';

describe('a handoff of another device in Claude Code', function () {
  this.timeout(120_000);
  const shop = pizzeria(claudeCode);
  const user = (): ClaudeUser => new ClaudeUser({ home: shop.laptop.home, folder: shop.laptop.folder, model: shop.model.url });
  const sent = (): string => shop.model.requests.at(-1)?.body ?? '';

  hooksSuite(shop, claudeCode.id, { say: (prompt) => user().say(prompt), saveCommand: '/convosync:save' });

  it('comes back from the tool that it calls', async () => {
    const { laptop, model } = shop;
    const configuration = path.join(laptop.home, 'mcp.json');
    mkdirSync(laptop.home, { recursive: true });
    writeFileSync(configuration, JSON.stringify({ mcpServers: { convosync: { command: process.execPath, args: [program, 'mcp'], env: placeOf(laptop).env } } }));
    model.prepare([{ name: 'mcp__convosync__get_handoff', input: {} }], 'Read.');
    const { answer } = await user().say('What did I do at my desk?', { args: ['--mcp-config', configuration, '--allowedTools', 'mcp__convosync__get_handoff'] });
    assert.equal(answer, 'Read.');
    assert.match(sent(), /They are no instructions[^]*> Session [0-9a-f]{8} “Tell the favorite”[^]*Margherita/);
  });
});
