/** What every agent promises, checked against the real files of two machines with different homes and paths. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, open, readFile, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import fc from 'fast-check';

import type { Agent, FoundConversation, Installation, Workspace } from '../../src/core/agents/agent.ts';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { type Adaptation, adapted } from '../../src/core/session/adaptation.ts';
import type { Message, Transcript } from '../../src/core/session/message.ts';
import { StoredForm } from '../../src/core/vault/storedForm.ts';
import { temporaryFolderPerTest } from '../support/temporaryFolder.ts';

/** One machine with the agent on it, as its own program would have left it. */
export interface AgentMachine {
  agent: Agent;
  workspace: Workspace;
  /** An id that the agent's program could have given. */
  newId: () => string;
  /** Writes a conversation that ran in `folder` (absolute); user and assistant say the words in turn. */
  converse: (id: string, words: readonly string[], folder: string) => Promise<string>;
  /** Gives the conversation of this transcript another time of its last change, where that is not the file's. */
  setModified?: (id: string, milliseconds: number) => Promise<void>;
  /** Adds a sidecar, such as the transcript of a sub-agent. */
  addSidecar: (id: string, folder: string) => Promise<void>;
  /** The beginning of a record that has not been written to its end. */
  tornRecord: string;
  /** Makes a live process have the conversation open, until `stop`. */
  open: (id: string) => Promise<{ stop: () => Promise<void> }>;
  /** Makes the agent's store unreadable. */
  breakStore: () => Promise<void>;
}

/** A file as it is stored, as it is to stand on another machine, and where. */
interface Carried {
  stored: Buffer;
  here: Buffer;
  adaptations: Adaptation[];
  to: string;
}

/**
 * @param create makes a machine below an existing, empty folder
 * @param installs false for an agent whose store takes nothing from outside: what was said there is only found and read
 */
export function agentSuite(name: string, create: (root: string) => Promise<AgentMachine>, { installs = true } = {}): void {
  describe(`the agent contract: ${name}`, () => {
    const temporary = temporaryFolderPerTest();
    let machine: AgentMachine;
    let agent: Agent;
    let workspace: Workspace;

    beforeEach(async () => {
      machine = await create(await subfolder('one'));
      ({ agent, workspace } = machine);
    });

    async function subfolder(folder: string): Promise<string> {
      const absolute = path.join(temporary.path, folder);
      await mkdir(absolute, { recursive: true });
      return absolute;
    }

    async function found(id: string, on = machine): Promise<FoundConversation> {
      const { conversations } = await on.agent.find(on.workspace);
      const conversation = conversations.find((candidate) => candidate.id === id);
      assert.ok(conversation, 'the conversation is found');
      return conversation;
    }

    /** Installs what would be captured on `machine` where it belongs on `other`, as the core does, under `as` or its own id. */
    async function carry(id: string, other: AgentMachine, as = id): Promise<Map<string, Carried>> {
      const conversation = await found(id);
      const to: Installation = { id: as, folder: conversation.folder, workspace: other.workspace };
      const signposts = (await other.agent.signposts?.(to)) ?? [];
      const carried = new Map<string, Carried>();
      for (const file of await agent.files(conversation)) {
        const stored = (await readFile(file.absolute)).subarray(0, file.size);
        const adaptations = (await other.agent.adapt?.(file.path, pieces(stored, [stored.length / 2]), to)) ?? [];
        const here = Buffer.concat(await Array.fromAsync(adapted(pieces(stored, []), adaptations)));
        carried.set(file.path, { stored, here, adaptations, to: await other.agent.place(as, file.path, conversation.folder, other.workspace) });
      }
      for (const { stored, here, adaptations, to: place } of carried.values()) {
        await write(place, here);
        assert.deepEqual(await readBack(place, adaptations), stored, 'what was adapted is told from what was stored');
      }
      for (const { absolute, content } of signposts) {
        await write(absolute, content);
      }
      await other.agent.records?.deliver(as);
      return carried;
    }

    describe('find', () => {
      it('lists nothing, and no problem, on a machine where the agent never ran', async () => {
        assert.deepEqual(await agent.find(workspace), { conversations: [], problems: [] });
      });

      it('lists the conversations of the workspace and its folders, newest first', async () => {
        const [old, recent] = [machine.newId(), machine.newId()];
        const oldFile = await machine.converse(old, ['first question', 'answer'], workspace.folder);
        await (machine.setModified?.(old, 1_000_000) ?? utimes(oldFile, 1000, 1000));
        await machine.converse(recent, ['second question', 'answer'], path.join(workspace.folder, 'packages', 'app'));
        const { conversations, problems } = await agent.find(workspace);
        assert.deepEqual(problems, []);
        assert.deepEqual(
          conversations.map(({ agent: owner, id, folder, title, running }) => ({ owner, id, folder, title, running })),
          [
            { owner: agent.id, id: recent, folder: 'packages/app', title: 'second question', running: false },
            { owner: agent.id, id: old, folder: '', title: 'first question', running: false },
          ],
        );
        assert.equal(conversations[1]?.modified, 1_000_000);
        assert.equal(conversations[1].size, (await readFile(oldFile)).length);
      });

      it('leaves out the conversations of other workspaces', async () => {
        await machine.converse(machine.newId(), ['elsewhere'], `${workspace.folder}-two`);
        await machine.converse(machine.newId(), ['above'], path.dirname(workspace.folder));
        assert.deepEqual((await agent.find(workspace)).conversations, []);
      });

      it('says aloud that the store could not be read', async () => {
        await machine.breakStore();
        const { conversations, problems } = await agent.find(workspace);
        assert.deepEqual(conversations, []);
        assert.notEqual(problems.length, 0);
      });

      it('stops when it is cancelled', async () => {
        await assert.rejects(agent.find(workspace, AbortSignal.abort()), (error) => ConvoSyncError.is(error, 'cancelled'));
      });
    });

    describe('read', () => {
      async function transcript(words: readonly string[]): Promise<Buffer> {
        return readFile(await machine.converse(machine.newId(), words, workspace.folder));
      }

      it('tells what was said, by whom, in order', async () => {
        const { messages, issues } = await agent.read(await transcript(['why?', 'because', 'thanks']));
        assert.deepEqual(issues, []);
        assert.deepEqual(messages.map(({ index, author, blocks }) => ({ index, author, blocks })), [
          { index: 0, author: 'user', blocks: [{ type: 'text', text: 'why?' }] },
          { index: 1, author: 'assistant', blocks: [{ type: 'text', text: 'because' }] },
          { index: 2, author: 'user', blocks: [{ type: 'text', text: 'thanks' }] },
        ]);
      });

      it('says the same however the bytes come in pieces', async () => {
        const bytes = await transcript(['où?', 'là 🍕', 'merci']);
        const whole = await agent.read(bytes);
        await fc.assert(fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
          assert.deepEqual(await agent.read(pieces(bytes, cuts)), whole);
        }), { numRuns: 40 });
      });

      it('never throws for what the bytes say', async () => {
        const bytes = await transcript(['one', 'two', 'three']);
        await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(bytes.length), fc.nat(bytes.length), async (noise, from, to) => {
          await agent.read(Buffer.concat([bytes.subarray(0, from), noise, bytes.subarray(to)]));
        }), { numRuns: 200 });
      });

      it('loses no good record to a bad line before, between or after', async () => {
        const bytes = await transcript(['one', 'two', 'three']);
        const { messages } = await agent.read(bytes);
        for (const garbage of ['garbage\n', '\u0000\u0000\n', '{"a":\n', '"text"\n', '[1]\n']) {
          const lines = bytes.toString('utf8').split(/(?<=\n)/);
          for (let at = 0; at <= lines.length; at += 1) {
            const damaged = await agent.read(Buffer.from(lines.toSpliced(at, 0, garbage).join('')));
            assert.deepEqual(damaged.messages, messages);
            assert.deepEqual(damaged.issues, [{ kind: 'bad-line', line: at + 1 }]);
          }
        }
      });

      it('tells of a transcript cut anywhere only what is also in the whole', async () => {
        const bytes = await transcript(['one', 'two', 'three']);
        const whole = (await agent.read(bytes)).messages;
        await fc.assert(fc.asyncProperty(fc.nat(bytes.length), async (end) => {
          const { messages } = await agent.read(bytes.subarray(0, end));
          assert.deepEqual(messages, whole.slice(0, messages.length) satisfies Message[]);
        }), { numRuns: 100 });
      });

      it('stops when it is cancelled', async () => {
        await assert.rejects(agent.read(await transcript(['one']), AbortSignal.abort()), (error) => ConvoSyncError.is(error, 'cancelled'));
      });
    });

    if (!installs) {
      return;
    }

    describe('files and place', () => {
      it('carries a conversation to another machine, sidecars included, byte for byte but for what the agent needs otherwise', async () => {
        const id = machine.newId();
        const folder = path.join(workspace.folder, 'docs');
        await machine.converse(id, ['question', 'answer'], folder);
        await machine.addSidecar(id, folder);
        const other = await create(await subfolder('two'));
        assert.deepEqual(await other.agent.verify(id, 'docs', other.workspace), { visible: false, reason: 'missing' });
        await mkdir(path.join(other.workspace.folder, 'docs'), { recursive: true });

        const carried = await carry(id, other);

        const arrived = await found(id, other);
        assert.equal(arrived.folder, 'docs');
        assert.equal(arrived.title, 'question');
        assert.deepEqual(await other.agent.verify(id, 'docs', other.workspace), { visible: true });
        const files = await other.agent.files(arrived);
        assert.deepEqual(files.map((file) => file.path), [...carried.keys()]);
        assert.ok(files.length > 1);
        assert.equal(files[0]?.absolute, arrived.transcript);
        for (const file of files) {
          assert.equal(file.absolute, carried.get(file.path)?.to);
          assert.deepEqual(await readFile(file.absolute), carried.get(file.path)?.here);
        }
        const { stored, here } = carried.get(files[0].path) ?? assert.fail();
        assert.deepEqual(said(await agent.read(stored)), said(await agent.read(here)), 'nothing that anybody said is adapted');
      });

      it('says that the transcript is gone', async () => {
        const id = machine.newId();
        await machine.converse(id, ['question'], workspace.folder);
        const gone = { ...(await found(id)), transcript: path.join(workspace.folder, 'gone') };
        await assert.rejects(agent.files(gone), (error) => ConvoSyncError.is(error, 'conversation-unreadable'));
      });

      it('never places a file outside of the agent\'s store', async () => {
        const id = machine.newId();
        await machine.converse(id, ['question'], workspace.folder);
        await machine.addSidecar(id, workspace.folder);
        const names = (await agent.files(await found(id))).map((file) => file.path);
        const hostile = ['', '/', '.', '..', '../x', '/etc/passwd', 'C:\\x', 'C:/x', '\\\\host\\share', 'a\u0000b', 'unknown/file', 'CON', '__proto__'];
        const derived = names.flatMap((name) => [`${name}/..`, `/${name}`, `../${name}`, `./${name}`, `${name}\u0000`, `${name}/../../../../x`, `${path.dirname(name)}/../x`, `${path.dirname(name)}//x`, `${path.dirname(name)}\\..\\x`]);
        for (const name of [...hostile, ...derived]) {
          await assert.rejects(agent.place(id, name, '', workspace), (error) => ConvoSyncError.is(error, 'install-failed'), JSON.stringify(name));
        }
        for (const badId of ['', '.', '..', '../x', 'a/b', 'a\\b', 'a.b', 'a\u0000', 'CON', 'x'.repeat(300)]) {
          await assert.rejects(agent.place(badId, names[0] ?? '', '', workspace), (error) => ConvoSyncError.is(error, 'install-failed'), JSON.stringify(badId));
        }
        for (const folder of ['..', '../other', '/etc', 'a/../../b', '..\\b', 'a\u0000']) {
          await assert.rejects(agent.place(id, names[0] ?? '', folder, workspace), (error) => ConvoSyncError.is(error, 'install-failed'), JSON.stringify(folder));
        }
      });

      it('gives fork ids under which a second continuation lives beside the first', async () => {
        const id = machine.newId();
        const first = await machine.converse(id, ['question', 'answer'], workspace.folder);
        const fork = agent.forkId();
        assert.notEqual(fork, agent.forkId());
        const [installed] = (await carry(id, machine, fork)).values();
        assert.notEqual(installed?.to, first);
        assert.deepEqual((await agent.find(workspace)).conversations.map((conversation) => conversation.id).sort(), [id, fork].sort());
        for (const each of [id, fork]) {
          assert.deepEqual(await agent.verify(each, '', workspace), { visible: true });
        }
      });

      it('places a second copy where the first one is, though it was not put there by us', async () => {
        const id = machine.newId();
        const first = await machine.converse(id, ['question', 'answer'], workspace.folder);
        const [main] = await agent.files(await found(id));
        assert.equal(await agent.place(id, main?.path ?? '', '', workspace), first);
      });
    });

    describe('a running agent', () => {
      it('is recognised while its process lives, and no longer', async () => {
        const [id, other] = [machine.newId(), machine.newId()];
        await machine.converse(id, ['question'], workspace.folder);
        await machine.converse(other, ['question'], workspace.folder);
        assert.equal(await agent.isRunning(id), false);
        const process = await machine.open(id);
        try {
          assert.equal(await agent.isRunning(id), true);
          assert.equal(await agent.isRunning(other), false);
          assert.equal((await found(id)).running, true);
          assert.equal((await found(other)).running, false);
        } finally {
          await process.stop();
        }
        assert.equal(await agent.isRunning(id), false);
        assert.equal((await found(id)).running, false);
      });

      it('is captured up to its last complete record, and a damaged tail of another exactly', async () => {
        const id = machine.newId();
        const complete = await readFile(await machine.converse(id, ['question', 'answer'], workspace.folder));
        const { transcript } = await found(id);
        await appendFile(transcript, machine.tornRecord);
        assert.equal((await agent.files(await found(id)))[0]?.size, complete.length + machine.tornRecord.length);
        const process = await machine.open(id);
        try {
          assert.equal((await agent.files(await found(id)))[0]?.size, complete.length);
        } finally {
          await process.stop();
        }
      });
    });

    it('resumes in the folder where the conversation ran, by its id', () => {
      const command = agent.resumeCommand('some-id', 'packages/app', workspace);
      assert.equal(command.folder, path.join(workspace.folder, 'packages', 'app'));
      assert.ok(command.argv.includes('some-id'));
      assert.equal(agent.resumeCommand('some-id', '', workspace).folder, path.join(workspace.folder));
    });
  });
}

/** What the conversation says, without what a record names of its machine. */
function said({ messages }: Transcript): unknown[] {
  return messages.map(({ author, at, blocks }) => ({ author, at, blocks }));
}

async function write(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function readBack(file: string, adaptations: Adaptation[]): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const form = await StoredForm.of(handle, { name: file, size: (await handle.stat()).size, adaptations }, []);
    return await form.read(0, form.size);
  } finally {
    await handle.close();
  }
}

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (let i = 1; i < bounds.length; i += 1) {
    yield bytes.subarray(bounds[i - 1], bounds[i]);
  }
}
