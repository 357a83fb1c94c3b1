/** What an agent's program says of itself. */
import { stripVTControlCharacters } from 'node:util';

import type { Block } from '../session/message.ts';

/** Nothing for a text that says nothing. */
export function notice(text: string): Block[] {
  const said = stripVTControlCharacters(text).trim();
  return said === '' ? [] : [{ type: 'notice', text: said }];
}
