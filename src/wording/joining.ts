/** What is said on both screens when a device is let into a vault. */
import { t } from '../l10n/language.ts';
import { sentences } from './quantities.ts';
import { firstLook } from './stateCode.ts';

export const joining = {
  /** On the new device. */
  get waiting(): string {
    return t`Let this device in on one that is in already. It has to show the same code; if it shows another, do not.`;
  },
  /** In a script, which does not wait. */
  get inScript(): string {
    return t`On that one: convosync vault approve. Then run this again here.`;
  },
  joined: (state: string | undefined): string => sentences(t`This device is in: the vault is unlocked here.`, ...(state === undefined ? [] : [t`State ${state}.`, firstLook()])),
  /** On a device that is in. */
  get nobody(): string {
    return t`No device asks to be let in.`;
  },
  get choose(): string {
    return t`Which device asks?`;
  },
  compare: (device: string, code: string): string => t`Does “${device}” show this very code: ${code}?`,
  get consequence(): string {
    return t`Then it gets the vault’s keys, and reads everything that is and will be saved. If it shows another code, somebody else is asking.`;
  },
  letIn: (device: string): string => t`“${device}” is let in. It goes on by itself, or with: convosync vault request`,
};
