import assert from 'node:assert/strict';
import { gitEnvironment, lendsAskpass } from '../../../../src/core/git/environment.ts';

describe('environment of git', () => {
  it('keeps nothing of a surrounding git process', () => {
    const env = gitEnvironment({ GIT_DIR: '/other/.git', GIT_INDEX_FILE: '/other/index', GIT_OBJECT_DIRECTORY: '/other', GIT_REFLOG_ACTION: 'rebase', PATH: '/bin' });
    assert.deepEqual(Object.keys(env).filter((name) => /DIR|INDEX|REFLOG/.test(name)), []);
    assert.equal(env['PATH'], '/bin');
  });

  it('keeps what the user or a container set for every git', () => {
    const kept = { GIT_CONFIG_GLOBAL: '/g', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*', GIT_SSH_COMMAND: 'ssh -i key', GIT_AUTHOR_NAME: 'Ada' };
    const env = gitEnvironment(kept);
    for (const [name, value] of Object.entries(kept)) {
      assert.equal(env[name], value);
    }
  });

  it('speaks English and keeps the character set', () => {
    const env = gitEnvironment({ LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de', LANG: 'de_DE.UTF-8' });
    assert.deepEqual(
      { all: env['LC_ALL'], type: env['LC_CTYPE'], messages: env['LC_MESSAGES'], language: env['LANGUAGE'], lang: env['LANG'] },
      { all: undefined, type: 'de_DE.UTF-8', messages: 'C', language: undefined, lang: 'de_DE.UTF-8' },
    );
  });

  it('never lets git or ssh ask by themselves', () => {
    const env = gitEnvironment({});
    assert.equal(env['GIT_TERMINAL_PROMPT'], '0');
    assert.equal(env['SSH_ASKPASS_REQUIRE'], 'never');
  });

  it('lets them ask through a program that the caller lends', () => {
    const env = gitEnvironment({ GIT_ASKPASS: '/ask', SSH_ASKPASS: '/ask', SSH_ASKPASS_REQUIRE: 'force' });
    assert.equal(env['SSH_ASKPASS_REQUIRE'], 'force');
    assert.equal(env['GIT_ASKPASS'], '/ask');
    assert.equal(lendsAskpass(env), true);
    assert.equal(lendsAskpass({ GIT_ASKPASS: '' }), false);
  });

  it('takes no optional lock for a look', () => {
    assert.equal(gitEnvironment({}, { readOnly: true })['GIT_OPTIONAL_LOCKS'], '0');
    assert.equal(gitEnvironment({})['GIT_OPTIONAL_LOCKS'], undefined);
  });
});
