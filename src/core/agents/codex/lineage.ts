/** What a fork goes on from: the beginning of another transcript, which may be a fork as well. */
import { createReadStream } from 'node:fs';

import { linesOf } from '../jsonLines.ts';
import { objectOf } from '../fileEnds.ts';
import type { ConversationFinder } from './finder.ts';
import { RolloutRecord, type SessionMeta } from './records.ts';
import { type Rollout, rolloutsIn } from './store.ts';

export interface Ancestor extends Rollout {
  /** How many of its bytes the fork goes on from. */
  size: number;
}

export interface Lineage {
  /** The one that the fork goes on from first. */
  ancestors: Ancestor[];
  /** One of them is not here, or is too short: Codex then refuses to continue. */
  broken: boolean;
}

export async function lineageOf(base: SessionMeta['history_base'], store: string, finder: ConversationFinder): Promise<Lineage> {
  const rollouts = base ? await rolloutsIn(store) : [];
  const ancestors: Ancestor[] = [];
  for (let at = base; at; ) {
    const id = at.thread_id.toLowerCase();
    const rollout = rollouts.find((each) => each.id === id);
    const seen = rollout && (await finder.look(rollout.file));
    if (!rollout || !seen || seen.size < at.end_byte_offset || ancestors.some((each) => each.id === id)) {
      return { ancestors, broken: true };
    }
    ancestors.push({ ...rollout, size: at.end_byte_offset });
    at = seen.base;
  }
  return { ancestors, broken: false };
}

/** How many bytes the records before that with this ordinal take. */
export async function sizeBefore(ordinal: number, file: string): Promise<number> {
  let size = 0;
  for await (const line of linesOf(createReadStream(file))) {
    const found = RolloutRecord.safeParse(objectOf(line)).data?.ordinal;
    if (found !== undefined && found >= ordinal) {
      break;
    }
    size += line.size;
  }
  return size;
}
