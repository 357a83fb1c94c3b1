import type { SessionContext } from '../../core/session/context.ts';
import { describeRun } from '../../wording/context.ts';
import { names } from '../../wording/quantities.ts';
import type { Look } from '../terminal/style.ts';

/** What was open when the session was saved, a line each. */
export function renderContext({ folder, editors, terminals, environment = {} }: SessionContext, device: string, { style }: Look): string[] {
  const shown = [...editors.filter((editor) => editor.shown === true), ...editors.filter((editor) => editor.shown !== true)].map(({ path }) => path);
  const variables = Object.keys(environment);
  const lines = [
    ...(folder === '' ? [] : [`  working directory ${folder}`]),
    ...(shown.length === 0 ? [] : [`  open in the editor: ${names([...new Set(shown)])}`]),
    ...terminals.flatMap(({ name, folder: at = '', commands }) => [
      `  terminal ${name}${at === '' ? '' : ` in ${at}`}${commands.length === 0 ? '' : ', where this had run:'}`,
      ...commands.map((ran) => `    ${style.faint(describeRun(ran))}`),
    ]),
    ...(variables.length === 0 ? [] : [`  variables saved along: ${variables.join(', ')}`]),
  ];
  return lines.length === 0 ? [] : ['', `On ${device}:`, ...lines];
}
