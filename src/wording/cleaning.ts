/** What a cleaning did, and what it leaves for later. */
import type { CleanReport, Obstacle } from '../core/vault/cleaning.ts';
import { grace } from '../core/vault/condemned.ts';
import { t } from '../l10n/language.ts';
import { count } from './quantities.ts';

export function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle) {
    case 'distrusted':
      return t`Nothing was removed: the log of one of your devices is not as it should be, so nobody can say what it still needs.`;
    case 'newer-format':
      return t`Nothing was removed: a newer ConvoSync has written to the vault. Update ConvoSync on this device.`;
    case 'unreadable':
      return t`Nothing was removed: what cannot be read may be needed. Find out what is wrong with: convosync vault check`;
    case 'clock':
      return t`Nothing was removed: nothing vouches for the clock of this device yet. Save on another device within a day, or use this one for a week.`;
  }
}

/** Of what was deleted for good: devices that still lean on it have to have the time to say so. */
export const deletedBytes = (): string => t`Its bytes are taken away about ${grace} days later, by a save or by “convosync vault clean”.`;

/** One sentence a line. */
export function describeCleaning({ obstacle, thinned, emptied, condemned, removed, retired, waiting }: CleanReport): string[] {
  if (obstacle !== undefined) {
    return [describeObstacle(obstacle)];
  }
  const said = [
    ...(thinned > 0 ? [describeThinned(thinned)] : []),
    ...(emptied > 0 ? [describeEmptied(emptied)] : []),
    ...(removed > 0 ? [describeTakenAway(removed)] : []),
    ...(condemned > 0 ? [describeCondemned(condemned)] : []),
    ...(waiting && (condemned === 0 || waiting.objects > condemned) ? [describeWaiting(waiting)] : []),
    ...(retired > 0 ? [describeRetired(retired)] : []),
  ];
  return said.length > 0 ? said : [t`There is nothing to clean.`];
}

function describeThinned(n: number): string {
  const versions = count(n, 'old version');
  return n === 1 ? t`${versions} of conversations is in the trash now.` : t`${versions} of conversations are in the trash now.`;
}

function describeEmptied(n: number): string {
  const sessions = count(n, 'session');
  return n === 1 ? t`${sessions} from the trash is gone for good.` : t`${sessions} from the trash are gone for good.`;
}

function describeTakenAway(n: number): string {
  const objects = count(n, 'object');
  return n === 1 ? t`${objects} that no session needs was taken away.` : t`${objects} that no session needs were taken away.`;
}

function describeCondemned(n: number): string {
  const objects = count(n, 'object');
  return n === 1
    ? t`${objects} that no session needs is taken away in ${grace} days, if none of your devices needs it until then.`
    : t`${objects} that no session needs are taken away in ${grace} days, if none of your devices needs them until then.`;
}

function describeWaiting({ objects: n, sessions, until }: NonNullable<CleanReport['waiting']>): string {
  const objects = count(n, 'object');
  const day = until.slice(0, 10);
  if (sessions > 0) {
    return t`${objects} in all and ${count(sessions, 'session')} wait out ${grace} days, until ${day}: they go with a save or a cleaning after that.`;
  }
  return n === 1
    ? t`${objects} in all waits out ${grace} days, until ${day}: they go with a save or a cleaning after that.`
    : t`${objects} in all wait out ${grace} days, until ${day}: they go with a save or a cleaning after that.`;
}

function describeRetired(n: number): string {
  const devices = count(n, 'device');
  return n === 1
    ? t`${devices} that was silent for months counts as left behind; what it saved stays.`
    : t`${devices} that were silent for months count as left behind; what they saved stays.`;
}
