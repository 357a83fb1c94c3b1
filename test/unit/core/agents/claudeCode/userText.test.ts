import assert from 'node:assert/strict';

import { readUserText } from '../../../../../src/core/agents/claudeCode/userText.ts';

describe('the text of a user record', () => {
  const cases: [what: string, text: string, parts: string[]][] = [
    ['words', 'fix the bug', ['user text: fix the bug']],
    ['words about tags', 'what does <system-reminder> do?', ['user text: what does <system-reminder> do?']],
    ['nothing', ' \n', []],
    ['a command that steers the program', '<command-name>/clear</command-name>\n  <command-message>clear</command-message>\n  <command-args></command-args>', ['user notice: /clear']],
    ['a command with a request', '<command-message>p:brainstorm</command-message>\n<command-name>/p:brainstorm</command-name>\n<command-args>a game</command-args>', ['user text: /p:brainstorm a game']],
    ['what a command printed', '<local-command-stdout>\u001b[1mdone\u001b[22m</local-command-stdout>', ['system notice: done']],
    ['a command that printed nothing', '<local-command-stdout></local-command-stdout>', []],
    ['the caveat for the model', '<local-command-caveat>Caveat: ignore</local-command-caveat>', []],
    ['a shell command', '<bash-input>ls</bash-input>', ['user text: !ls']],
    ['what a shell command printed', '<bash-stdout>a\nb</bash-stdout><bash-stderr></bash-stderr>', ['system notice: a\nb']],
    ['a notification', '<task-notification>\n<task-id>b1</task-id>\n<summary>Agent done</summary>\n</task-notification>', ['system notice: Agent done']],
    ['a message of another agent', '<agent-message from="lead">go on</agent-message>', ['system notice: go on']],
    ['what other sessions sent', 'Another Claude session sent a message:\n<teammate-message teammate_id="a">one</teammate-message>\n\n<teammate-message teammate_id="b">two</teammate-message>\n\nThis came from another Claude session, so be careful.', ['system notice: one', 'system notice: two']],
    ['what another session sent without a tag', 'Another Claude session sent a message: the tests are green', ['system notice: the tests are green']],
    ['words about other sessions', 'why? Another Claude session sent a message: stop', ['user text: why? Another Claude session sent a message: stop']],
    ['what the editor adds before the words', '<ide_opened_file>a.ts is open</ide_opened_file>\nwhy?', ['system notice: a.ts is open', 'user text: why?']],
    ['a reminder after the words', 'why?\n<system-reminder>\nbe brief\n</system-reminder>', ['user text: why?']],
    ['a reminder alone', '<system-reminder>be brief</system-reminder>', ['system notice: be brief']],
    ['a tag that is never closed', '<bash-stdout>a', ['user text: <bash-stdout>a']],
    ['an interruption', '[Request interrupted by user for tool use]', ['user notice: [Request interrupted by user for tool use]']],
  ];
  for (const [what, text, parts] of cases) {
    it(`tells ${what}`, () => {
      assert.deepEqual(readUserText(text).map(({ author, block }) => `${author} ${block.type}: ${block.text}`), parts);
    });
  }

  it('is told quickly when it was made to be slow', () => {
    for (const unit of ['<system-reminder>', '<bash-stdout>', '</system-reminder>', '<bash-stdout></bash-stdout>']) {
      readUserText(unit.repeat(20_000));
    }
  });
});
