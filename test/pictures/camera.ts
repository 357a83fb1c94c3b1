/** Takes sharp pictures of a window: of all of it, or of what matters in it. */
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Workbench } from '../ui/vscode/workbench.ts';

/** Not yet made small: media/readme is made of these. */
export const negatives = path.resolve(import.meta.dirname, '../../out/pictures');

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const withoutToasts = '.notifications-toasts { visibility: hidden !important; }';
/** What floats over the window stays. */
const withoutWindow = '.monaco-grid-view { visibility: hidden !important; }';
/** Pixels around what floats, for its shadow. */
const margin = 14;

export class Camera {
  readonly #page: Page;

  constructor({ page }: Workbench) {
    this.#page = page;
  }

  /** The whole window. */
  async window(name: string): Promise<void> {
    await this.#take(name, withoutToasts);
  }

  /** Of a part of the window, no more than so many pixels from its top. */
  async part(name: string, part: Locator, { height = Infinity }: { height?: number } = {}): Promise<void> {
    const box = await boxOf(part);
    await this.#take(name, withoutToasts, { ...box, height: Math.min(box.height, height) });
  }

  /** What floats over the window: a pick, a dialog or a notification, on an empty ground. */
  async alone(name: string, part: Locator): Promise<void> {
    const { x, y, width, height } = await boxOf(part);
    const left = Math.max(0, x - margin);
    const top = Math.max(0, y - margin);
    await this.#take(name, withoutWindow, { x: left, y: top, width: x + width + margin - left, height: y + height + margin - top });
  }

  async #take(name: string, style: string, clip?: Box): Promise<void> {
    await mkdir(negatives, { recursive: true });
    await this.#page.mouse.move(0, 0);
    await this.#page.screenshot({ path: path.join(negatives, `${name}.png`), style, ...(clip ? { clip } : {}) });
  }
}

async function boxOf(part: Locator): Promise<Box> {
  const box = await part.boundingBox();
  if (box === null) {
    throw new Error('what is to be seen is not on screen');
  }
  return box;
}
