/** A short animation of screenshots: below each it says on which device that is and what happens. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { run } from '../support/run.ts';
import type { Workbench } from '../ui/vscode/workbench.ts';

export interface Scene {
  device: string;
  /** Of the device, as CSS has it. */
  colour: string;
  caption: string;
}

interface Shot {
  /** What is about to be pressed: a pointer is drawn there. */
  press?: Locator;
  milliseconds: number;
}

export class Film {
  readonly #folder: string;
  readonly #frames: { file: string; milliseconds: number }[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param folder for its frames; what is in it is removed */
  static async in(folder: string): Promise<Film> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new Film(folder);
  }

  async shoot({ page }: Workbench, { device, colour, caption }: Scene, { press, milliseconds }: Shot): Promise<void> {
    const box = await press?.boundingBox();
    await page.mouse.move(0, 0);
    const shown = (await page.screenshot()).toString('base64');
    const { width, height } = page.viewportSize()!;
    const frame = await page.context().browser()!.newPage({ viewport: { width, height: height * 2 }, deviceScaleFactor: 1.25 });
    try {
      await frame.setContent(`<!DOCTYPE html><style>${style}</style>
        <div id="frame" style="width: ${width}px">
          <div id="caption"><b style="background: ${colour}">${device}</b><span>${caption}</span></div>
          <div id="window"><img src="data:image/png;base64,${shown}" style="width: ${width}px">${box ? pointer(box) : ''}</div>
        </div>`);
      const file = path.join(this.#folder, `${String(this.#frames.length).padStart(2, '0')}.png`);
      await writeFile(file, await frame.locator('#frame').screenshot());
      this.#frames.push({ file, milliseconds });
    } finally {
      await frame.close();
    }
  }

  /** Writes it as WebP, which begins anew when it has ended. Needs `img2webp` of Debian's package `webp`. */
  async develop(file: string): Promise<void> {
    const frames = this.#frames.flatMap((frame) => ['-d', String(frame.milliseconds), frame.file]);
    await run('img2webp', ['-loop', '0', '-min_size', '-lossless', '-m', '6', ...frames, '-o', file]);
  }
}

const style = `
  body { margin: 0; }
  #frame { display: flex; flex-direction: column; background: #1f2328; font: 17px/1.4 "Noto Sans", sans-serif; color: #fff; }
  #caption { display: flex; gap: 14px; align-items: center; padding: 12px 16px; }
  #caption b { padding: 1px 12px; border-radius: 12px; color: #0d1117; font-size: 15px; white-space: nowrap; }
  #window { position: relative; line-height: 0; }
  #window svg { position: absolute; }
`;

function pointer({ x, y, width, height }: { x: number; y: number; width: number; height: number }): string {
  const [left, top] = [x + Math.min(width / 2, 60), y + height / 2];
  return `<svg style="left: ${left}px; top: ${top}px" width="22" height="26" viewBox="0 0 22 26"><path d="M1 1v19l5-4 3 8 4-2-3-7h7z" fill="#000" stroke="#fff" stroke-width="1.6"/></svg>`;
}
