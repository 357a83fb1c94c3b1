/** The parts that every operation works with, put together once for a machine. */
import type { Agent } from '../agents/agent.ts';
import { createAgents } from '../agents/registry.ts';
import type { Logger } from '../common/logger.ts';
import { assertRuntime } from '../common/runtime.ts';
import { Git } from '../git/git.ts';
import { type LeaveOut, leaveOutByDefault } from '../git/leftOut.ts';
import { loadDevice } from '../home/device.ts';
import { homeInode, hostFingerprint } from '../home/fingerprint.ts';
import { Home, resolveHome } from '../home/home.ts';
import { FileKeychain, type Keychain } from '../home/keychain.ts';
import type { Device } from '../session/device.ts';
import { HandoffDrafts } from './handoffs/handoffDrafts.ts';
import type { Machine } from './machine.ts';
import { SecretScanner } from './secrets.ts';

export interface Parts {
  machine: Machine;
  home: Home;
  keychain: Keychain;
  git: Git;
  agents: Agent[];
  device: Device;
  /** The device's name would not tell this machine from another: a better one is asked for. */
  nameIsGeneric: boolean;
  fingerprint: string;
  /** What is not saved unless the person wants it in. */
  leaveOut: LeaveOut;
  /** Finds secrets in what is about to be stored. */
  secrets: SecretScanner;
  handoffDrafts: HandoffDrafts;
  logger: Logger;
}

/** @throws ConvoSyncError `runtime-too-old` or `home-unusable` */
export async function assembleParts(machine: Machine): Promise<Parts> {
  await assertRuntime();
  const home = new Home(resolveHome(machine));
  await home.prepare();
  const { device, nameIsGeneric } = await loadDevice(home, { hostname: machine.hostname, kindHint: machine.deviceKind });
  return {
    machine,
    home,
    keychain: machine.keychain ?? new FileKeychain(home),
    git: new Git({ env: machine.gitEnv, logger: machine.logger, ...(machine.gitBinary === undefined ? {} : { binary: machine.gitBinary }) }),
    agents: createAgents(machine, home.recordsFolder),
    device,
    nameIsGeneric,
    fingerprint: hostFingerprint({
      hostname: machine.hostname,
      platform: machine.platform,
      homeInode: await homeInode(home),
      ...(machine.machineId === undefined ? {} : { machineId: machine.machineId }),
    }),
    leaveOut: { patterns: [...leaveOutByDefault.patterns, ...(machine.leaveOut?.patterns ?? [])], largest: machine.leaveOut?.largest ?? leaveOutByDefault.largest },
    secrets: new SecretScanner(),
    handoffDrafts: new HandoffDrafts(),
    logger: machine.logger,
  };
}

export function agentOf(parts: Parts, id: string): Agent | undefined {
  return parts.agents.find((agent) => agent.id === id);
}
