/** What core is told about the machine that the extension host runs on: the one where the repository lies. */
import { readFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as vscode from 'vscode';
import type { Logger } from '../core/common/logger.ts';
import { resolveHome } from '../core/home/home.ts';
import type { Keychain } from '../core/home/keychain.ts';
import type { Machine } from '../core/operations/machine.ts';
import { configuration } from './configuration.ts';
import { credentialMemory } from './git/credentialMemory.ts';
import type { GitApi } from './git/gitExtension.ts';

/** Variables of VS Code's own git processes: without them git fails at once where it would have asked. */
const askpassVariables = /^(GIT_ASKPASS|SSH_ASKPASS|SSH_ASKPASS_REQUIRE|VSCODE_GIT_.*)$/;

export interface MachineOptions {
  git: GitApi['git'] | undefined;
  /** True for what the user asked for: VS Code then shows its input boxes when git needs a password. */
  asks: boolean;
  logger: Logger;
  keychain: Keychain;
  /** Where VS Code keeps something for each workspace; undefined in a window without one. */
  editorStorage: string | undefined;
}

export async function describeMachine({ git, asks, logger, keychain, editorStorage }: MachineOptions): Promise<Machine> {
  const machineId = await readMachineId();
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !askpassVariables.test(name)));
  const home = resolveHome({ env: process.env, userHome: os.homedir(), platform: process.platform });
  return {
    userHome: os.homedir(),
    env: process.env,
    platform: process.platform,
    ...(editorStorage === undefined ? {} : { editorStorage }),
    hostname: os.hostname(),
    deviceKind: deviceKind(),
    ...(machineId === undefined ? {} : { machineId }),
    now: () => new Date(),
    logger,
    gitEnv: { ...own, ...(await credentialMemory(git?.path ?? 'git', own, home)), ...(asks ? git?.env : {}) },
    ...(git === undefined ? {} : { gitBinary: git.path }),
    handoffFile: configuration.handoffFile,
    handoffTemplate: configuration.handoffTemplate,
    leaveOut: configuration.leaveOut,
    retention: configuration.retention,
    undoRetention: configuration.undoRetention,
    keychain,
    ...(asks ? { languageModel: async () => (await import('./languageModel.ts')).editorModel() } : {}),
  };
}

function deviceKind(): Machine['deviceKind'] {
  switch (vscode.env.remoteName) {
    case undefined:
    case 'wsl':
      return 'unknown';
    case 'dev-container':
    case 'attached-container':
    case 'codespaces':
      return 'container';
    default:
      return 'remote';
  }
}

/** The CLI reads the same: the two are one device, also to those who look for copied ones. */
async function readMachineId(): Promise<string | undefined> {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const text = (await readFile(file, 'utf8').catch(() => '')).trim();
    if (text !== '') {
      return text;
    }
  }
  return undefined;
}
