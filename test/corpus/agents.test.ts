import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';

import { ClaudeCodeAgent } from '../../src/core/agents/claudeCode/claudeCode.ts';
import type { TranscriptIssue } from '../../src/core/session/message.ts';
import { ClaudeHome } from '../support/claudeHome.ts';
import { corpusOf } from '../support/corpus.ts';
import { temporaryFolderPerTest } from '../support/temporaryFolder.ts';

const badLineKinds: readonly TranscriptIssue['kind'][] = ['bad-line', 'glued-lines', 'truncated-tail'];

describe('real transcripts of Claude Code', function () {
  this.timeout(60_000);
  const temporary = temporaryFolderPerTest();
  const files = corpusOf('claude')?.filter((file) => file.path.endsWith('.jsonl'));

  it('are all read, with exactly the bad lines they have and no record unknown', async function () {
    if (!files) {
      this.skip();
    }
    const agent = new ClaudeCodeAgent((await ClaudeHome.create(temporary.path)).environment);
    for (const file of files) {
      const { messages, issues } = await agent.read(await readFile(file.path));
      const name = path.basename(file.path);
      assert.equal(messages.length > 0, file.bytes > 0, name);
      if (issues.some(({ kind }) => kind === 'not-line-delimited')) {
        assert.equal(issues.length, 1, name);
        assert.notEqual(file.badLines, 0, name);
      } else {
        assert.equal(issues.filter(({ kind }) => badLineKinds.includes(kind)).length, file.badLines, name);
      }
      assert.deepEqual(issues.filter(({ kind }) => kind === 'unknown-record'), [], name);
    }
  });

  it('are all found, carried to another machine and read there with the same bytes and words', async function () {
    if (!files) {
      this.skip();
    }
    const [here, there] = [await ClaudeHome.create(path.join(temporary.path, 'a')), await ClaudeHome.create(path.join(temporary.path, 'b', 'other'))];
    const [agent, other] = [new ClaudeCodeAgent(here.environment), new ClaudeCodeAgent(there.environment)];
    const originals = new Map(files.filter((file) => file.bytes > 0).map((file) => [createHash('sha256').update(file.path).digest('hex').slice(0, 32), file]));
    const projectFolder = await here.projectFolder();
    for (const [id, file] of originals) {
      await copyFile(file.path, path.join(projectFolder, `${id}.jsonl`));
    }

    const { conversations, problems } = await agent.find(here.workspace);
    assert.deepEqual(problems, []);
    assert.deepEqual(new Set(conversations.map(({ id }) => id)), new Set(originals.keys()));
    for (const conversation of conversations) {
      for (const file of await agent.files(conversation)) {
        const place = await other.place(conversation.id, file.path, conversation.folder, there.workspace);
        await mkdir(path.dirname(place), { recursive: true });
        await copyFile(file.absolute, place);
      }
      const { issues } = await agent.read(createReadStream(conversation.transcript));
      const readable = !issues.some(({ kind }) => kind === 'not-line-delimited');
      assert.equal((await other.verify(conversation.id, '', there.workspace)).visible, readable, 'the program itself reads lines only');
    }

    const arrived = await other.find(there.workspace);
    assert.deepEqual(new Set(arrived.conversations.map(({ id }) => id)), new Set(originals.keys()));
    for (const conversation of arrived.conversations) {
      const original = await readFile(originals.get(conversation.id)?.path ?? '');
      assert.deepEqual(await readFile(conversation.transcript), original);
      const transcript = await agent.read(original);
      assert.deepEqual(await other.read(createReadStream(conversation.transcript, { highWaterMark: 16_000 })), transcript);
    }
  });

  it('are read in a time worth knowing', async function () {
    const largest = files?.toSorted((a, b) => b.bytes - a.bytes)[0];
    if (!largest) {
      this.skip();
    }
    const agent = new ClaudeCodeAgent((await ClaudeHome.create(temporary.path)).environment);
    const bytes = await readFile(largest.path);
    const start = performance.now();
    const { messages } = await agent.read(bytes);
    console.log(`      ${bytes.length} bytes, ${messages.length} messages: ${(performance.now() - start).toFixed(0)} ms`);
    assert.notEqual(messages.length, 0);
  });
});
