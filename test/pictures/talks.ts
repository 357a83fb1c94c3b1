/** What else Ada talked about in the days of the pictures, on her three devices. */
import type { Change } from '../playground/project.ts';
import { TranscriptWriter } from '../playground/transcript.ts';
import { talk } from '../support/codexHome.ts';

export interface Talk {
  id: string;
  text: string;
}

export const hoursBranch = 'docs/opening-hours';

/** Committed on the phone, on a branch of its own. */
export const hoursHistory: readonly Change[] = [
  { minutesAgo: 205, message: 'Say when the kitchen is open', files: { 'docs/opening-hours.md': '# Opening hours\n\nTuesday to Sunday, 17:00 to 22:30. The last orders are taken half an hour earlier.\n' } },
];

export function autumnMenu(folder: string, begin: Date): Talk {
  const id = '1d6b1c52-9a0f-4c0e-9a57-0c5e9c6f2a31';
  const writer = new TranscriptWriter({ sessionId: id, folder, branch: 'main' })
    .at(begin)
    .user('For the autumn I would like two pizzas with pumpkin. What has to change besides the menu?')
    .tool({ name: 'Grep', input: { pattern: 'menu\\[', path: folder }, result: 'src/price.js:7:  const base = menu[pizza];' })
    .assistant('Only `src/menu.js`. Prices are looked up by name in one place, so two more lines are enough. A season would need dates; I would leave that until the menu changes a second time.')
    .title('Autumn menu');
  return { id, text: writer.text };
}

export function openingHours(folder: string, begin: Date): Talk {
  const id = '7be0c3b4-55d1-4f2e-8f0e-3f3f8f1b6d02';
  const writer = new TranscriptWriter({ sessionId: id, folder, branch: hoursBranch })
    .at(begin)
    .user('Write down when we are open: Tuesday to Sunday, 17:00 to 22:30.')
    .tool({ name: 'Write', input: { file_path: `${folder}/docs/opening-hours.md`, content: '# Opening hours\n' }, result: 'File created successfully.' })
    .assistant('It is in `docs/opening-hours.md`. Should orders end before the kitchen closes?')
    .user('Half an hour earlier. And no delivery on Sundays.')
    .assistant('Added for the orders. For the Sundays `deliveryFee()` needs to know the day; that is better done at the desk.')
    .title('Opening hours');
  return { id, text: writer.text };
}

export const deliveryId = '0199d6f2-3b1e-7c41-8a57-5b1f2f6f9e11';

/** With Codex: its records. */
export function freeDelivery(folder: string, begin: Date): object[] {
  const words = [
    'From which amount on should delivery be free? Round numbers only.',
    'From 30 euros on: two large pizzas reach it, one does not. `deliveryFee()` compares cents, so rounding of single pizzas cannot move an order across the line.',
    'Good. Keep it as a number in one place.',
    'Done: `src/delivery.js` has it, and nothing else knows the amount.',
  ];
  return talk(deliveryId, words, { cwd: folder }).map((record, n) => ({ ...record, timestamp: new Date(begin.getTime() + n * 4_000).toISOString() }));
}

/** The talk as it was at a time: without what was said later. */
export function until({ id, text }: Talk, time: Date): Talk {
  const lines = text.trimEnd().split('\n').filter((line) => {
    const { timestamp } = JSON.parse(line) as { timestamp?: string };
    return timestamp === undefined || new Date(timestamp) <= time;
  });
  return { id, text: `${lines.join('\n')}\n` };
}
