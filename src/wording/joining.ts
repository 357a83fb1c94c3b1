/** What is said on both screens when a device is let into a vault. */
import { firstLook } from './stateCode.ts';

export const joining = {
  /** On the new device. */
  waiting: 'Let this device in on one that is in already. It has to show the same code; if it shows another, do not.',
  /** In a script, which does not wait. */
  inScript: 'On that one: convosync vault approve. Then run this again here.',
  joined: (state: string | undefined): string => ['This device is in: the vault is unlocked here.', ...(state === undefined ? [] : [`State ${state}. ${firstLook()}`])].join(' '),
  /** On a device that is in. */
  nobody: 'No device asks to be let in.',
  choose: 'Which device asks?',
  compare: (device: string, code: string): string => `Does “${device}” show this very code: ${code}?`,
  consequence: 'Then it gets the vault’s keys, and reads everything that is and will be saved. If it shows another code, somebody else is asking.',
  letIn: (device: string): string => `“${device}” is let in. It goes on by itself, or with: convosync vault request`,
};
