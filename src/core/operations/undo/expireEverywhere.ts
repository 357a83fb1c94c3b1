import { readdir } from 'node:fs/promises';
import { isMissing } from '../../common/files.ts';
import type { Home } from '../../home/home.ts';
import { UndoPoints } from './undoPoint.ts';
import type { UndoRetention } from './undoRetention.ts';

/** In all checkouts of this device, also those that nobody comes back to. */
export async function expireEverywhere(home: Home, retention: UndoRetention, now: Date): Promise<void> {
  for (const checkout of await checkoutsIn(home)) {
    await new UndoPoints(home, checkout).removeOutlived(retention, now);
  }
}

async function checkoutsIn({ undoFolder }: Home): Promise<string[]> {
  try {
    return await readdir(undoFolder);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
