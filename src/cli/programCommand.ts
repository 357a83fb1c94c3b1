/** How this very program is called by others, later and from elsewhere. */
import { realpathSync } from 'node:fs';
import * as path from 'node:path';
import { quoteWord } from './terminal/quote.ts';

/** Words for a shell: `convosync` where that leads here, else Node and the file that it runs. */
export function programCommand(argv: readonly [node: string, file: string], env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const [node, file] = argv;
  const here = resolved(file);
  const isOnPath = (env['PATH'] ?? '').split(path.delimiter).some((folder) => path.isAbsolute(folder) && resolved(path.join(folder, 'convosync')) === here);
  return isOnPath ? 'convosync' : [node, file].map((word) => quoteWord(word, platform)).join(' ');
}

function resolved(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
