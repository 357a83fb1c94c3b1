import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/vscode/contributions.ts';

describe('a window without a repository', () => {
  const extension = vscode.extensions.getExtension('convosync.convosync')!;
  const processes: string[] = [];

  before(() => {
    // The Git extension runs in this process too: whose a new process is, its stack tells.
    subscribe('child_process', () => {
      const { stack = '' } = new Error('started here');
      if (stack.includes(extension.extensionPath)) {
        processes.push(stack);
      }
    });
  });

  it('does not activate ConvoSync', () => {
    assert.equal(extension.isActive, false);
  });

  it('gets its commands on activation and nothing else: no process, no file', async () => {
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(commandIds.filter((command) => !registered.has(command)), []);
    await delay(1_000);
    assert.deepEqual(processes, []);
    assert.equal(existsSync(process.env['CONVOSYNC_HOME']!), false);
  });
});
