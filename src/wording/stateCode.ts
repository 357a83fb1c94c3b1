import { t } from '../l10n/language.ts';

/** What a state code is for, said where one is shown. */
export const stateCodeMeaning = (): string => t`Devices that show the same code see the same sessions. It changes with each save.`;

/** Said where a device joins a vault that it never saw before. */
export const firstLook = (): string => t`This device cannot know whether it is shown the newest state. Compare the code once with another of your devices.`;
