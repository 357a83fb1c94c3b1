import { styleText } from 'node:util';

/** What a rendering function may know of the place it renders for. */
export interface Look {
  style: Style;
  /** Width in cells; Infinity where nothing needs to be cut, as in a pipe. */
  columns: number;
  now: Date;
}

type Paint = (text: string) => string;

export interface Style {
  strong: Paint;
  faint: Paint;
  good: Paint;
  warn: Paint;
  bad: Paint;
  command: Paint;
  /** Black on white, whatever the terminal's own colours are. */
  paper: Paint;
}

const unchanged: Paint = (text) => text;

export const plainStyle: Style = { strong: unchanged, faint: unchanged, good: unchanged, warn: unchanged, bad: unchanged, command: unchanged, paper: unchanged };

export const colourStyle: Style = {
  strong: paint('bold'),
  faint: paint('dim'),
  good: paint('green'),
  warn: paint('yellow'),
  bad: paint('red'),
  command: paint('cyan'),
  paper: paint(['black', 'bgWhiteBright']),
};

function paint(format: Parameters<typeof styleText>[0]): Paint {
  return (text) => (text === '' ? '' : styleText(format, text, { validateStream: false }));
}
