import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Home } from '../../../../src/core/home/home.ts';

/** A prepared home of its own for every test of the suite, gone after it. */
export function useTemporaryHome(): () => Home {
  let folder: string;
  let home: Home;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'convosync-home-'));
    home = new Home(path.join(folder, 'home'));
    await home.prepare();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return () => home;
}
