import axeCore from 'axe-core';
import type { Locator } from 'playwright-core';

/** As it is called in the page that it is put into; its types leave out how it measures colours. */
declare const axe: typeof axeCore & { commons: { color: {
  getBackgroundColor: (element: unknown) => object | null;
  getForegroundColor: (element: unknown, withoutScroll: boolean, background: object) => object;
  getContrast: (background: object, foreground: object) => number;
}; }; };

/** What axe finds serious or critical in this part of a page, as `rule: element`; by these of its rules, or by all. */
export async function violationsIn(part: Locator, rules?: readonly string[]): Promise<string[]> {
  await part.evaluate(axeCore.source);
  const { violations } = await part.evaluate(async (element, only) => axe.run(element, only), rules === undefined ? {} : { runOnly: [...rules] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`));
}

/** Of those of these icons that are in sight, by their classes, with what is behind them, from 1 to 21: axe measures it, but has no rule for it. */
export async function contrastsOf(icons: Locator): Promise<{ icon: string; contrast: number }[]> {
  await icons.first().evaluate(axeCore.source);
  return icons.evaluateAll((elements: { className: string }[]) => {
    axe.setup();
    const { getBackgroundColor, getForegroundColor, getContrast } = axe.commons.color;
    const contrasts = elements.flatMap((element) => {
      const background = getBackgroundColor(element);
      return background === null ? [] : [{ icon: element.className, contrast: getContrast(background, getForegroundColor(element, false, background)) }];
    });
    axe.teardown();
    return contrasts;
  });
}
