import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import type { Agent, AgentEnvironment } from '../../src/core/agents/agent.ts';
import { ClaudeCodeAgent } from '../../src/core/agents/claudeCode/claudeCode.ts';
import { newSessionId } from '../../src/core/agents/openCode/store.ts';
import { createAgents } from '../../src/core/agents/registry.ts';
import { ClaudeHome, line, userRecord } from '../support/claudeHome.ts';
import { CodexHome, metaOf, rollout, said } from '../support/codexHome.ts';
import { CopilotHome, event } from '../support/copilotHome.ts';
import { GeminiHome, line as geminiLine } from '../support/geminiHome.ts';
import { QwenHome } from '../support/qwenHome.ts';
import { VscodeChatHome } from '../support/vscodeChatHome.ts';
import { OpenCodeHome } from '../support/openCodeHome.ts';
import { agentSuite } from './agentSuite.ts';

agentSuite('Claude Code', async (root) => {
  const home = await ClaudeHome.create(root);
  return {
    agent: new ClaudeCodeAgent(home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: async (id, folder) => {
      const projectFolder = await home.projectFolder(folder);
      await home.write(path.join(projectFolder, id, 'subagents', 'agent-a1.jsonl'), line(userRecord(0, 'look', { isSidechain: true })));
      await home.write(path.join(projectFolder, id, 'subagents', 'agent-a1.meta.json'), '{"agentType":"general-purpose"}');
      await home.write(path.join(projectFolder, 'agent-b2.jsonl'), line(userRecord(0, 'Warmup', { isSidechain: true, sessionId: id })));
      await home.write(`tasks/${id}/1.json`, '{"id":"1"}');
      await home.write(`file-history/${id}/0123456789abcdef@v1`, Buffer.from([0, 255, 10]));
      await home.write(`todos/${id}-agent-${id}.json`, '[]');
      await home.write(`todos/${id}-agent-b2.json`, '[]');
    },
    tornRecord: '{"type":"user","message":{"role":"user","content":[{"type":"text","text":"a{b"}',
    open: (id) => home.open(id),
    breakStore: async () => {
      const projects = path.join(home.base, 'projects');
      await mkdir(home.base, { recursive: true });
      await rm(projects, { recursive: true, force: true });
      await symlink('projects', projects);
    },
  };
});

agentSuite('Codex', async (root) => {
  const home = await CodexHome.create(root);
  return {
    agent: onDemand('codex', home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: async (id, folder) => {
      const [child, grandchild] = [randomUUID(), randomUUID()];
      await home.record(child, [rollout(0, 'session_meta', metaOf(child, { session_id: id, cwd: folder, parent_thread_id: id })), rollout(1, 'response_item', said('user', 'look'))]);
      await home.record(grandchild, [rollout(0, 'session_meta', metaOf(grandchild, { cwd: folder, source: { subagent: { thread_spawn: { parent_thread_id: child } } } }))]);
    },
    tornRecord: '{"timestamp":"2026-01-02T03:04:05.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"text":"a{b"}',
    open: (id) => home.open(id),
    breakStore: async () => {
      await mkdir(home.base, { recursive: true });
      await symlink('sessions', path.join(home.base, 'sessions'));
    },
  };
});

agentSuite('Copilot CLI', async (root) => {
  const home = await CopilotHome.create(root);
  return {
    agent: onDemand('copilot-cli', home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: async (id) => {
      await home.write(id, 'files/plan of the day.md', '# Plan\n');
      await home.write(id, 'session.db', Buffer.from([0, 255, 10]));
      await home.write(id, 'rewind-file-snapshots/tracking.json', '{}');
      await home.write(id, '.workspace-fork.lock', '');
    },
    tornRecord: line(event(9, 'assistant.message', { content: 'a{b' })).slice(0, -20),
    open: (id) => home.open(id),
    breakStore: async () => {
      await mkdir(home.base, { recursive: true });
      await symlink('session-state', path.join(home.base, 'session-state'));
    },
  };
});

agentSuite('Gemini CLI', async (root) => {
  const home = await GeminiHome.create(root);
  return {
    agent: onDemand('gemini-cli', home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: async (id, folder) => {
      const projectFolder = await home.projectFolder(folder);
      await home.write(path.join(projectFolder, 'chats', id, 'abc123.jsonl'), geminiLine({ sessionId: 'abc123', projectHash: 'x', kind: 'subagent' }));
      await home.write(path.join(projectFolder, 'tool-outputs', `session-${id}`, 'run_shell_command_1.txt'), Buffer.from([0, 255, 10]));
      await home.write(path.join(projectFolder, id, 'plans', 'plan.md'), '# Plan');
    },
    tornRecord: '{"id":"00000000-0000-4000-8000-0000000000ff","type":"user","content":[{"text":"a{b"}',
    open: (id) => home.open(id),
    breakStore: async () => {
      await mkdir(home.base, { recursive: true });
      await rm(path.join(home.base, 'tmp'), { recursive: true, force: true });
      await symlink('tmp', path.join(home.base, 'tmp'));
    },
  };
});

agentSuite('Qwen Code', async (root) => {
  const home = await QwenHome.create(root);
  return {
    agent: onDemand('qwen-code', home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: async (id, folder) => {
      await home.write(path.join(await home.projectFolder(folder), 'subagents', id, 'agent-a1.jsonl'), '{}\n');
      await home.write(path.join(await home.projectFolder(folder), 'subagents', id, 'agent-a1.meta.json'), '{"agentType":"general-purpose"}');
    },
    tornRecord: '{"uuid":"00000000-0000-4000-8000-0000000000ff","type":"user","message":{"parts":[{"text":"a{b"}',
    open: (id) => home.open(id),
    breakStore: async () => {
      await mkdir(home.base, { recursive: true });
      await symlink('projects', path.join(home.base, 'projects'));
    },
  };
});

agentSuite('VS Code Chat', async (root) => {
  const home = await VscodeChatHome.create(root);
  return {
    agent: onDemand('vscode-chat', home.environment),
    workspace: home.workspace,
    newId: randomUUID,
    converse: (id, words, folder) => home.converse(id, words, folder),
    addSidecar: () => Promise.resolve(),
    tornRecord: '{"kind":1,"k":["customTitle"],"v":"a{b"',
    open: () => Promise.resolve({ stop: () => Promise.resolve() }),
    breakStore: async () => {
      await mkdir(path.dirname(home.storages), { recursive: true });
      await symlink('workspaceStorage', home.storages);
    },
  };
}, { installs: false });

agentSuite('OpenCode', async (root) => {
  const home = await OpenCodeHome.create(root);
  const agent = onDemand('opencode', home.environment, home.mirrors);
  return {
    agent,
    workspace: home.workspace,
    newId: newSessionId,
    converse: async (id, said, folder) => {
      await home.converse(id, said, folder);
      await agent.records?.refresh(id);
      return path.join(home.mirrors, 'opencode', id, 'transcript.jsonl');
    },
    setModified: (id, milliseconds) => home.setModified(id, milliseconds),
    addSidecar: (id, folder) => home.converse(newSessionId(), ['look', 'seen'], folder, id),
    tornRecord: '{"data":{"role":"user"},"id":"msg_9","parts":[{"data":{"text":"a{b","type":"text"},"id":"prt_9"}],"sessio',
    open: (id) => home.open(id),
    breakStore: async () => {
      await mkdir(path.dirname(home.database), { recursive: true });
      await writeFile(home.database, 'no database, however long it is looked at');
    },
  };
});

/** As the product makes it. */
function onDemand(id: string, environment: AgentEnvironment, recordsFolder = ''): Agent {
  return createAgents(environment, recordsFolder).find((agent) => agent.id === id) ?? assert.fail(`no agent is called ${id}`);
}
