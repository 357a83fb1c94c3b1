import assert from 'node:assert/strict';
import { ConvoSyncError } from '../../src/core/common/errors.ts';
import { World } from '../support/device.ts';

const conversation = '11111111-2222-4333-8444-555555555555';

describe('the conversation that goes on here', function () {
  this.timeout(30_000);

  it('is read whole, with the branch and commit it goes on at, before anything is saved', async () => {
    using world = new World();
    const device = world.device('desktop').clone(world.remote());
    device.say(conversation, 'Bake a pizza');
    const { convosync, folder } = device;
    const first = await convosync.openHere(folder);
    assert.deepEqual([first.conversation.id, first.conversation.messages.filter(({ author }) => author === 'user').length, first.branch], [conversation, 1, 'main']);
    device.say(conversation, 'Slice it');
    const { conversation: { messages }, context, commit } = await convosync.openHere(folder);
    assert.deepEqual(messages.filter(({ author }) => author === 'user').map(({ blocks: [block] }) => block?.type === 'text' && block.text), ['Bake a pizza', 'Slice it']);
    assert.equal(commit, device.git('rev-parse', 'HEAD'));
    assert.ok(context.length > 0);
  });

  it('is not made up where there is none', async () => {
    using world = new World();
    const { convosync, folder } = world.device('desktop').clone(world.remote());
    await assert.rejects(convosync.openHere(folder), (error) => ConvoSyncError.is(error, 'conversation-not-found'));
  });
});
