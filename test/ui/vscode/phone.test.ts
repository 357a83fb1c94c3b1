/** VS Code in a phone’s browser, held upright: everything is tapped, and the side bar leaves little beside it. */
import assert from 'node:assert/strict';
import { devices, type Locator } from 'playwright-core';
import { saveProject } from '../../playground/core.ts';
import type { Playground, PlaygroundDevice } from '../../playground/make.ts';
import { run } from '../../support/run.ts';
import { stagePerSuite } from './stage.ts';
import type { Workbench } from './workbench.ts';

/** As many pixels as usual phones have. */
const upright = { width: 390, height: 844 };
const sideways = { width: upright.height, height: upright.width };

describe('on a phone', function () {
  this.timeout(60_000);
  let playground: Playground;
  let phone: Workbench;
  const stage = stagePerSuite({ as: 'phone', notifications: true });

  before(async () => {
    playground = await stage.makePlayground();
    await saveProject(playground.laptop, 'Pizzas of two halves');
    const { userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'];
    const window = { userAgent, deviceScaleFactor, isMobile, hasTouch, viewport: upright };
    phone = await stage.open(playground.desktop, { window });
  });

  it('lists sessions in the narrow side bar, and opens one beside it', async () => {
    await phone.activityTab('ConvoSync').tap();
    await phone.treeItem('Sessions', 'Pizzas of two halves').tap();
    await phone.webview.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    assert.equal(await overhang(), 0);
  });

  it('gives the session the screen when the side bar is put away, so that it is read without scrolling sideways', async () => {
    await phone.activityTab('ConvoSync').tap();
    await phone.sideBar.waitFor({ state: 'hidden' });
    await phone.webview.getByText('We want to sell pizzas of two halves.').first().waitFor();
    assert.equal(await overhang(), 0);
    const page = await phone.page.locator('iframe.webview.ready').boundingBox();
    assert.ok(page && page.width > upright.width * 0.8, `the page is ${page?.width} pixels wide`);
  });

  it('resumes it by taps; sideways, all of VS Code’s dialog is seen', async () => {
    await phone.webview.getByRole('button', { name: 'Resume', exact: true }).tap();
    await phone.modal.getByRole('button', { name: 'Switch Branch' }).tap();
    const plan = phone.modal.filter({ hasText: 'Resume “Pizzas of two halves”?' });
    await plan.waitFor();
    await phone.page.setViewportSize(sideways);
    assert.ok(await isWithin(plan, sideways));
    await phone.page.setViewportSize(upright);
    await plan.getByRole('button', { name: 'Resume', exact: true }).tap();
    await phone.webview.getByText('Code and conversation are in sync').waitFor();
    assert.equal(await head(playground.desktop), await head(playground.laptop));
  });

  it('says where things stand in a list that fits the screen', async () => {
    await phone.statusItem('status').tap();
    await phone.picks.filter({ hasText: 'Save…' }).waitFor();
    assert.ok(await isWithin(phone.quickInput, upright));
    await phone.dismiss();
  });

  /** Pixels by which the page of a session is wider than what is seen of it. */
  async function overhang(): Promise<number> {
    return phone.webview.locator('.scroller').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  }

  async function isWithin(part: Locator, { width, height }: typeof upright): Promise<boolean> {
    const box = await part.boundingBox();
    return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
  }

  async function head({ project, environment }: PlaygroundDevice): Promise<string> {
    return (await run('git', ['rev-parse', 'HEAD'], { cwd: project, env: environment })).trim();
  }
});
