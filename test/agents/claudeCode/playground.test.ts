import assert from 'node:assert/strict';
import { temporaryFolderPerTest } from '../../support/temporaryFolder.ts';
import { favoriteTold } from '../../playground/conversations.ts';
import { makePlayground } from '../../playground/make.ts';
import { ClaudeUser } from './claudeUser.ts';
import { ModelStub } from '../model/modelStub.ts';

describe('the playground', function () {
  this.timeout(60_000);
  const folder = temporaryFolderPerTest();

  it('holds conversations that the real Claude Code continues', async () => {
    const model = await ModelStub.start();
    try {
      const { laptop } = await makePlayground(folder.path);
      const ada = new ClaudeUser({ home: laptop.home, folder: laptop.project, model: model.url });
      const other = (await ada.sessionIds()).find((id) => id !== favoriteTold)!;
      assert.equal((await ada.say('What is my favorite pizza?', { resume: favoriteTold })).answer, 'Your favorite pizza is Margherita.');
      assert.equal((await ada.say('What is my favorite pizza?', { resume: other })).answer, 'I do not know your favorite pizza.');
    } finally {
      await model.stop();
    }
  });
});
