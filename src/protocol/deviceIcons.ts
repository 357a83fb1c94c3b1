import type { IconName } from './iconNames.ts';
import type { SessionFacts } from './session.ts';

/** The codicon of each kind of device, the same in the editor's trees and on the page. */
export const deviceIcons: Readonly<Record<SessionFacts['device']['kind'], IconName>> = {
  desktop: 'vm',
  laptop: 'device-desktop',
  phone: 'device-mobile',
  container: 'package',
  remote: 'remote',
  unknown: 'vm-outline',
};
