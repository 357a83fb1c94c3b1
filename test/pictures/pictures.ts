/**
 * Makes the pictures of the README: `npm run pictures`. One story of two devices is played in real windows of VS Code with the packaged
 * extension; on the way every view is photographed. Needs `cwebp` and `img2webp` (Debian's package `webp`), and looks as it does there with
 * `fonts-noto-core` and `fonts-noto-mono`. What is not yet made small is left in out/pictures.
 */
import { appendFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ModelStub } from '../agents/model/modelStub.ts';
import { withPrograms } from '../playground/programs.ts';
import { run } from '../support/run.ts';
import { Workbench } from '../ui/vscode/workbench.ts';
import { Camera, negatives } from './camera.ts';
import { Film } from './film.ts';
import { playStory } from './story.ts';
import { makeWorld } from './world.ts';

const target = path.resolve(import.meta.dirname, '../../media/readme');
const settings = { 'editor.minimap.enabled': false, 'terminal.integrated.initialHint': false, 'terminal.integrated.suggest.enabled': false };
const window = { viewport: { width: 1120, height: 700 }, deviceScaleFactor: 2 };

await using resources = new AsyncDisposableStack();
const folder = await mkdtemp(path.join(tmpdir(), 'convosync-pictures-'));
resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
const model = await ModelStub.start();
resources.defer(() => model.stop());

await rm(negatives, { recursive: true, force: true });
const world = await makeWorld(folder);
const [laptop, desktop] = [await open(world.laptop), await open(world.desktop)];
const film = await Film.in(path.join(negatives, 'film'));
try {
  await playStory({ laptop, desktop, model, film, atLaptop: new Camera(laptop), atDesktop: new Camera(desktop) });
} catch (error) {
  await laptop.screenshot('failed-laptop', { notifications: true });
  await desktop.screenshot('failed-desktop', { notifications: true });
  throw error;
}

await mkdir(target, { recursive: true });
for (const negative of (await readdir(negatives)).filter((name) => name.endsWith('.png'))) {
  await run('cwebp', ['-quiet', '-near_lossless', '60', '-m', '6', path.join(negatives, negative), '-o', path.join(target, negative.replace(/png$/, 'webp'))]);
}
await film.develop(path.join(target, 'story.webp'));
for (const name of await readdir(target)) {
  console.log(`${((await stat(path.join(target, name))).size / 1000).toFixed(0).padStart(6)} KB  ${name}`);
}

async function open(device: (typeof world)['laptop']): Promise<Workbench> {
  const { home, project, environment } = await withPrograms(device, model.url);
  await appendFile(path.join(home, '.bashrc'), "PS1='\\W $ '\n");
  const workbench = await Workbench.open({ home, folder: project, environment, settings, window });
  resources.defer(() => workbench.close());
  return workbench;
}
