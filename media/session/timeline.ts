/**
 * From the rows that the host sent to the entries that are shown.
 *
 * A result belongs to its call, whichever message it came in; a message that holds nothing but such results is not
 * shown by itself. What changes from one shown message to the next (day, branch, commit) is a marker above the
 * later one, so that the list stays a plain list of messages, filtered or not. Consecutive messages of a sub-agent
 * fold into one entry.
 */
import type { Block, Row, Save } from '../../src/protocol/session.ts';
import { dayOf } from './format.ts';

export type ToolCall = Extract<Block, { type: 'toolCall' }>;
export type ToolResult = Extract<Block, { type: 'toolResult' }>;

/** Where a block lies: what `expand` needs. */
export interface Place {
  row: number;
  block: number;
}
export interface PlacedResult extends Place {
  result: ToolResult;
}

/** A row with the context in force: what it does not say itself is what was said last. */
export interface Message {
  row: Row;
  branch: string | undefined;
  commit: string | undefined;
  /** Which of the conversation's branches it is, by first appearance, from 0. */
  branchOrder: number;
  /** True for the first message on a branch that was in force before, some messages ago. */
  returned: boolean;
  /** Of the whole conversation, by call. */
  results: ReadonlyMap<string, PlacedResult>;
  called: ReadonlySet<string>;
  /** What was saved since the message that is shown before it. */
  saves: readonly Save[];
}

export type Marker =
  | { kind: 'day'; day: string }
  | { kind: 'branch'; branch: string; commit: string | undefined; switched: boolean }
  | { kind: 'commit'; commit: string }
  | { kind: 'save'; save: Save }
  /** From here on another continuation of the conversation says something else. */
  | { kind: 'fork' };

export type Entry =
  | { kind: 'message'; key: string; message: Message; markers: readonly Marker[]; continued: boolean }
  | { kind: 'subAgent'; key: string; first: number; messages: readonly Message[]; markers: readonly Marker[]; open: boolean };

/** The messages that are shown by themselves, in order. */
export function messagesOf(rows: readonly Row[]): Message[] {
  const results = resultsOf(rows);
  const called = new Set(rows.flatMap((row) => row.blocks.flatMap((block) => (block.type === 'toolCall' ? [block.callId] : []))));
  const branches = new Map<string, number>();
  let branch: string | undefined;
  let commit: string | undefined;
  let saves: readonly Save[] = [];
  const messages: Message[] = [];
  for (const row of rows) {
    const before = branch;
    branch = row.branch ?? branch;
    commit = row.commit ?? commit;
    saves = row.saves ? [...saves, ...row.saves] : saves;
    const known = branches.get(branch ?? '');
    const branchOrder = known ?? branches.size;
    branches.set(branch ?? '', branchOrder);
    const ofCalls = row.blocks.length > 0 && row.blocks.every((block) => block.type === 'toolResult' && called.has(block.callId));
    if (!ofCalls) {
      messages.push({ row, branch, commit, branchOrder, returned: known !== undefined && branch !== before, results, called, saves });
      saves = [];
    }
  }
  return messages;
}

function resultsOf(rows: readonly Row[]): ReadonlyMap<string, PlacedResult> {
  const results = new Map<string, PlacedResult>();
  for (const row of rows) {
    for (const [block, result] of row.blocks.entries()) {
      if (result.type === 'toolResult') results.set(result.callId, { row: row.index, block, result });
    }
  }
  return results;
}

/**
 * @param open indexes of the first rows of sub-agent runs that are unfolded
 * @param folding false while the list is narrowed: then every message stands for itself
 */
export function entriesOf(messages: readonly Message[], open: ReadonlySet<number>, folding: boolean): Entry[] {
  const entries: Entry[] = [];
  let before: Message | undefined;
  for (const run of folding ? runsOf(messages) : messages.map((message) => [message])) {
    const [head] = run;
    if (head === undefined) continue;
    if (folding && head.row.sidechain === true) {
      const first = head.row.index;
      const isOpen = open.has(first);
      entries.push({ kind: 'subAgent', key: `s${first}`, first, messages: run, markers: markersBetween(before, head), open: isOpen });
      if (isOpen) run.forEach((message, at) => entries.push(entryOf(message, run[at - 1] ?? message)));
    } else {
      entries.push(entryOf(head, before));
    }
    before = run.at(-1);
  }
  return entries;
}

/** Messages one by one, those of a sub-agent together as long as they follow each other. */
function runsOf(messages: readonly Message[]): Message[][] {
  const runs: Message[][] = [];
  let subAgent: Message[] | undefined;
  for (const message of messages) {
    if (message.row.sidechain !== true) {
      runs.push([message]);
      subAgent = undefined;
    } else if (subAgent === undefined) {
      subAgent = [message];
      runs.push(subAgent);
    } else {
      subAgent.push(message);
    }
  }
  return runs;
}

function entryOf(message: Message, before: Message | undefined): Entry {
  const markers = before === message ? [] : markersBetween(before, message);
  const continued = markers.length === 0
    && before !== undefined && before !== message
    && before.row.author === message.row.author && before.row.sidechain === message.row.sidechain;
  return { kind: 'message', key: `m${message.row.index}`, message, markers, continued };
}

function markersBetween(before: Message | undefined, message: Message): Marker[] {
  const markers: Marker[] = message.saves.map((save) => ({ kind: 'save', save }));
  const day = dayOf(message.row.at);
  if (day !== undefined && day !== dayOf(before?.row.at)) markers.push({ kind: 'day', day });
  if (message.row.forked === true && before?.row.forked !== true) markers.push({ kind: 'fork' });
  const { branch, commit } = message;
  if (branch !== undefined && branch !== before?.branch) {
    markers.push({ kind: 'branch', branch, commit, switched: before === undefined || message.returned });
  } else if (commit !== undefined && before?.commit !== undefined && commit !== before.commit) {
    markers.push({ kind: 'commit', commit });
  }
  return markers;
}

/** The message whose context an entry is shown in. */
export function leadOf(entry: Entry): Message | undefined {
  return entry.kind === 'message' ? entry.message : entry.messages[0];
}
