import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../../src/core/common/errors.ts';
import { classifyGitFailure, describeCommand, gitVerb, maskCredentials } from '../../../../src/core/git/failure.ts';

const cases: [what: string, args: string[], stderr: string, code: ErrorCode][] = [
  ['no terminal to ask for a user name', ['fetch', 'origin'], "fatal: could not read Username for 'https://host': terminal prompts disabled", 'git-credentials'],
  ['a wrong token', ['push', 'origin', 'main'], "remote: Invalid username or token.\nfatal: Authentication failed for 'https://host/x.git/'", 'git-credentials'],
  ['an ssh key that is not accepted', ['ls-remote', 'origin'], 'git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'git-credentials'],
  ['an unknown ssh host', ['fetch'], 'Host key verification failed.\nfatal: Could not read from remote repository.', 'git-credentials'],
  ['no right to push', ['push'], "fatal: unable to access 'https://host/x/': The requested URL returned error: 403", 'git-credentials'],
  ['no name service', ['fetch'], "fatal: unable to access 'https://host/': Could not resolve host: host", 'remote-unreachable'],
  ['a closed port', ['fetch'], 'ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote repository.', 'remote-unreachable'],
  ['a folder that is gone', ['-c', 'a=b', 'fetch', 'origin'], "fatal: '/mnt/usb/x.git' does not appear to be a git repository\nfatal: Could not read from remote repository.", 'remote-unreachable'],
  ['a repository that is gone', ['fetch'], "remote: Repository not found.\nfatal: repository 'https://host/x.git/' not found", 'remote-unreachable'],
  ['a connection lost during a push', ['push'], 'error: RPC failed; curl 56 Recv failure\nfatal: the remote end hung up unexpectedly\nerror: failed to push some refs to x', 'remote-unreachable'],
  ['a branch that moved on', ['push', 'origin'], ' ! [rejected]        main -> main (fetch first)\nerror: failed to push some refs to x', 'push-rejected'],
  ['a hook of the server', ['push', 'origin'], 'remote: Permission denied to touch this\n ! [remote rejected] main -> main (pre-receive hook declined)\nerror: failed to push some refs', 'push-rejected'],
  ['a pre-push hook', ['push', 'origin'], 'tests are red\nerror: failed to push some refs to x', 'push-rejected'],
  ['a pre-push hook without a network', ['push', 'origin'], 'npm: Connection refused, 404 not found\nerror: failed to push some refs to x', 'push-rejected'],
  ['a branch that the remote has not', ['fetch', 'origin', 'x'], "fatal: couldn't find remote ref refs/heads/x", 'git-failed'],
  ['a commit hook without a network', ['commit'], 'pip: Connection refused, Authentication failed', 'git-failed'],
  ['developer tools that are not installed', ['status'], 'xcode-select: note: no developer tools were found', 'git-missing'],
];

describe('failures of git', () => {
  for (const [what, args, stderr, code] of cases) {
    it(`tells ${what} by its words: ${code}`, () => {
      const error = classifyGitFailure(args, { exitCode: 128, stderr: `${stderr}\n` });
      assert.equal(error.code, code);
      assert.equal(error.details['stderr'], stderr.trim());
      assert.equal(error.details['exitCode'], 128);
    });
  }

  it('shows no credentials, neither in words of git nor in arguments', () => {
    const error = classifyGitFailure(['fetch', 'https://ada:s3cret@host/x.git'], { exitCode: 128, stderr: "fatal: unable to access 'https://ada:s3cret@host/x.git/': 500" });
    assert.doesNotMatch(JSON.stringify([error.message, error.details]), /s3cret/);
    assert.equal(maskCredentials('ssh://git:pw@host/x and ssh://git@host/x and git@host:x'), 'ssh://git:***@host/x and ssh://git@host/x and git@host:x');
    assert.doesNotMatch(describeCommand(['-c', 'http.extraHeader=Authorization: Basic s3cret', 'fetch']), /s3cret/);
    assert.doesNotMatch(maskCredentials('https://ada:p@ss:s3cret@host/x'), /s3cret/);
  });

  it('finds the verb behind the options of git itself', () => {
    assert.equal(gitVerb(['-c', 'a=b', '--no-pager', '-C', 'push', 'fetch', 'origin']), 'fetch');
    assert.equal(gitVerb([]), '');
  });
});
