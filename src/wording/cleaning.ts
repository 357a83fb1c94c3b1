/** What a cleaning did, and what it leaves for later. */
import type { CleanReport, Obstacle } from '../core/vault/cleaning.ts';
import { grace } from '../core/vault/condemned.ts';
import { count } from './quantities.ts';
import { t } from '../l10n/language.ts';

const obstacles: Readonly<Record<Obstacle, string>> = {
  'distrusted': 'Nothing was removed: the log of one of your devices is not as it should be, so nobody can say what it still needs.',
  'newer-format': 'Nothing was removed: a newer ConvoSync has written to the vault. Update ConvoSync on this device.',
  'unreadable': 'Nothing was removed: what cannot be read may be needed. Find out what is wrong with: convosync vault check',
  'clock': 'Nothing was removed: nothing vouches for the clock of this device yet. Save on another device within a day, or use this one for a week.',
};

export const describeObstacle = (obstacle: Obstacle): string => obstacles[obstacle];

/** Of what was deleted for good: devices that still lean on it have to have the time to say so. */
export const deletedBytes = (): string => t`Its bytes are taken away about ${grace} days later, by a save or by “convosync vault clean”.`;

/** One sentence a line. */
export function describeCleaning({ obstacle, thinned, emptied, condemned, removed, retired, waiting }: CleanReport): string[] {
  if (obstacle !== undefined) {
    return [describeObstacle(obstacle)];
  }
  const said = [
    ...(thinned > 0 ? [`${count(thinned, 'old version')} of conversations ${thinned === 1 ? 'is' : 'are'} in the trash now.`] : []),
    ...(emptied > 0 ? [`${count(emptied, 'session')} from the trash ${emptied === 1 ? 'is' : 'are'} gone for good.`] : []),
    ...(removed > 0 ? [`${count(removed, 'object')} that no session needs ${removed === 1 ? 'was' : 'were'} taken away.`] : []),
    ...(condemned > 0 ? [`${count(condemned, 'object')} that no session needs ${condemned === 1 ? 'is' : 'are'} taken away in ${grace} days, if none of your devices needs ${condemned === 1 ? 'it' : 'them'} until then.`] : []),
    ...(waiting && (condemned === 0 || waiting.objects > condemned) ? [`${count(waiting.objects, 'object')} in all ${waiting.sessions > 0 ? `and ${count(waiting.sessions, 'session')} ` : ''}${waiting.objects + waiting.sessions === 1 ? 'waits' : 'wait'} out ${grace} days, until ${waiting.until.slice(0, 10)}: they go with a save or a cleaning after that.`] : []),
    ...(retired > 0 ? [`${count(retired, 'device')} that ${retired === 1 ? 'was' : 'were'} silent for months ${retired === 1 ? 'counts' : 'count'} as left behind; what ${retired === 1 ? 'it' : 'they'} saved stays.`] : []),
  ];
  return said.length > 0 ? said : ['There is nothing to clean.'];
}
