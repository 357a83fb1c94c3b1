import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that shows VS Code: `CHROMIUM`, or where the system's packages put it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'], ...usualPlaces].find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) {
    throw new Error('No Chromium found: install the package "chromium", or set CHROMIUM to its executable.');
  }
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** One size and one language for all windows, so that screenshots can be compared. */
export const windowOptions = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-US',
  permissions: ['clipboard-read', 'clipboard-write'],
} satisfies BrowserContextOptions;
