import * as assert from 'node:assert/strict';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import type { ErrorCode } from '../../../src/core/common/errors.ts';
import { explainError } from '../../../src/wording/errors.ts';

/** Every code, with the facts that core gives it. A new code does not compile until it is here. */
const details: Record<ErrorCode, Record<string, unknown>> = {
  'portable-unreadable': { reason: 'changed', name: 'files/01' },
  'portable-newer-format': { format: 2 },
  cancelled: {},
  usage: { branch: 'a..b' },
  'preflight-refused': { findings: [] },
  'needs-choice': { findings: [] },
  'session-not-found': { session: '3f2a' },
  'session-ambiguous': { session: '3f', candidates: ['3f2a9b0c11', '3f991100aa'] },
  'nothing-to-undo': { folder: '/home/ada/shop' },
  'undo-blocked': { reason: 'newer-commits' },
  'runtime-too-old': { version: '20.1.0', missing: ['node:sqlite'] },
  'git-missing': { binary: 'git' },
  'home-unusable': { folder: '/home/ada/.local/share/convosync' },
  busy: { lock: 'checkout-1', pid: 4711, purpose: 'saving' },
  'git-failed': { command: 'commit', exitCode: 1, stderr: 'lint failed' },
  'git-timeout': { timeout: 5000 },
  'git-credentials': { stderr: 'fatal: Authentication failed' },
  'remote-unreachable': { remote: 'origin', stderr: 'fatal: unable to access' },
  'push-rejected': { remote: 'origin', stderr: '! [remote rejected] main -> main (protected branch hook declined)' },
  'push-unverified': { remote: 'origin' },
  'namespace-refused': { remote: 'origin' },
  'commit-missing': { commits: ['0123456789abcdef0123456789abcdef01234567'] },
  'object-missing': { object: 'writers/ab/chunks/12/1234' },
  'storage-conflict': { writer: 'ab' },
  'storage-denied': {},
  'storage-quota': {},
  'storage-transient': { remote: 'origin' },
  'storage-permanent': {},
  'vault-not-found': { vault: 'ab' },
  'vault-damaged': { object: 'vault.json' },
  'vault-newer-format': { format: 2 },
  'vault-locked': { vault: 'ab' },
  'vault-sealing-choice': {},
  'vault-wrong-key': { vault: 'ab' },
  'vault-forged': { writer: 'ab' },
  'vault-rolled-back': { object: 'ab' },
  'vault-downgraded': { object: 'keys/epoch-2', reason: 'older-epoch' },
  'vault-revoked': { vault: 'ab', begun: '2026-01-01T00:00:00Z' },
  'vault-choice': { vaults: [{ id: 'aabbccddeeff', created: '2026-01-01T00:00:00Z' }] },
  'conversation-not-found': { conversation: '1234' },
  'conversation-unreadable': { file: '/home/ada/.claude/projects/x/1.jsonl' },
  'conversation-running': {},
  'install-failed': { reason: 'unsafe-path' },
};
const codes = Object.keys(details) as ErrorCode[];

describe('explainError', () => {
  it('promises of an undone save with newer work on top what its plan does: the session alone goes', () => {
    const hint = (operation: string): string | undefined => explainError(new ConvoSyncError('undo-blocked', 'x', { details: { reason: 'staged-changes', operation } })).hint;
    assert.match(hint('save') ?? '', /stay as they are; the session alone is taken back/);
    assert.match(hint('resume') ?? '', /what is newer is kept first/);
  });

  for (const code of codes) {
    it(`has whole sentences for ${code}, with and without facts`, () => {
      for (const facts of [details[code], {}]) {
        const { title, safe, hint } = explainError(new ConvoSyncError(code, 'Core says so.', { details: facts }));
        for (const sentence of [title, safe, hint]) {
          if (sentence !== undefined) {
            assert.match(sentence, /^[\p{Lu}“].*\.$/u, sentence);
            assert.doesNotMatch(sentence, /undefined|NaN|\[object|\.\.$| {2}| [.,:]/, sentence);
          }
        }
      }
    });
  }

  it('says something different for every code', () => {
    const titles = codes.map((code) => explainError(new ConvoSyncError(code, 'As core puts it.')).title);
    assert.deepEqual(titles.filter((title, index) => titles.indexOf(title) !== index), []);
  });

  it('gives git’s own words beside its own', () => {
    const explained = explainError(new ConvoSyncError('push-rejected', 'x', { details: details['push-rejected'] }));
    assert.match(explained.title, /^“origin” declined the push/);
    assert.equal(explained.quote, details['push-rejected']['stderr']);
    assert.match(explained.safe ?? '', /safe on this device/);
  });

  it('tells a missing key from an unknown server and a wrong password, and gives each its own way out', () => {
    const hint = (stderr: string): string => explainError(new ConvoSyncError('git-credentials', 'x', { details: { stderr } })).hint ?? '';
    assert.match(hint('git@example.org: Permission denied (publickey).'), /ssh-add/);
    assert.match(hint('Host key verification failed.'), /compare the key/);
    assert.match(hint('fatal: Authentication failed for …'), /Sign in once/);
  });

  it('tells from git’s words who stopped a push, and gives each its own way out', () => {
    const stopped = (stderr: string): string => {
      const { title, hint = '' } = explainError(new ConvoSyncError('push-rejected', 'x', { details: { remote: 'origin', stderr } }));
      return `${title} ${hint}`;
    };
    const failed = "error: failed to push some refs to 'host:shop.git'";
    const behind = stopped(` ! [rejected]        main -> main (fetch first)\n ! [rejected]        ab -> refs/convosync/ab/log (atomic push failed)\n${failed}`);
    const declined = stopped(`remote: main is protected\n ! [remote rejected] main -> main (hook declined)\n${failed}`);
    const hook = stopped(`Tests are red\n${failed}`);
    assert.match(behind, /commits on the branch that are not here.*Bring the branch up to date/);
    assert.match(declined, /“origin” declined.*another branch/);
    assert.match(hook, /^The pre-push hook .*the remote was not asked/);
    for (const other of [declined, hook]) {
      assert.doesNotMatch(other, /up to date/);
    }
  });

  it('names the files in which a pull conflicts, and repeats no advice of git’s about what was taken back', () => {
    const { title, safe, hint, quote } = explainError(new ConvoSyncError('git-failed', 'x', { details: { conflicts: ['a.ts', 'b.ts'], stderr: 'hint: run "git rebase --continue"' } }));
    assert.equal(title, 'Your commits and those of the remote conflict in a.ts and b.ts.');
    assert.match(safe ?? '', /put back as it was/);
    assert.match(hint ?? '', /“git pull”.*without pushing/);
    assert.equal(quote, undefined);
  });

  it('says of a session in the trash how it comes back, and not that there is none', () => {
    const { title, hint = '' } = explainError(new ConvoSyncError('session-not-found', 'x', { details: { session: '3f2a', reason: 'in-trash' } }));
    assert.equal(title, 'Session 3f2a is in the trash.');
    assert.match(hint, /convosync delete --restore 3f2a/);
  });

  it('names the other ways into a vault that a passphrase does not open', () => {
    const hint = (kind: string): string => explainError(new ConvoSyncError('vault-wrong-key', 'x', { details: { kind } })).hint ?? '';
    assert.match(hint('passphrase'), /its recovery key.*convosync vault request/);
    assert.match(hint('recovery key'), /its passphrase.*convosync vault request/);
  });

  it('says of an undo that is meant for one alone whether that is undone already, or followed by another', () => {
    const said = (operation: string, reason: string): string => explainError(new ConvoSyncError('nothing-to-undo', 'x', { details: { operation, reason } })).title;
    assert.equal(said('resume', 'undone'), 'This resume has been undone already.');
    assert.equal(said('save', 'undone'), 'This save has been undone already.');
    assert.equal(said('resume', 'not-last'), 'This is not the last resume here any more.');
    assert.equal(said('save', 'not-last'), 'This is not the last save here any more.');
  });

  it('does not ask for a connection where there is one, and no repository or no folder', () => {
    const said = (code: ErrorCode, details: object): string => {
      const { title, hint = '' } = explainError(new ConvoSyncError(code, 'x', { details: { ...details } }));
      return `${title} ${hint}`;
    };
    assert.match(said('remote-unreachable', { remote: '/srv/x.git', stderr: "fatal: '/srv/x.git' does not appear to be a git repository" }), /^There is no git repository at “\/srv\/x\.git”\. Check its address/);
    assert.match(said('remote-unreachable', { remote: 'origin', stderr: 'ssh: Could not resolve hostname' }), /when there is a connection/);
    assert.match(said('storage-permanent', { remote: '/srv/notes.txt/x', errno: 'ENOTDIR' }), /^“\/srv\/notes\.txt\/x” is not a folder, or lies below a file\./);
  });

  it('says which vaults there are when none, or more than one, has the id that was typed', () => {
    const explained = (vault: string): string => {
      const { title, hint = '' } = explainError(new ConvoSyncError('vault-not-found', 'x', { details: { vault, vaults: ['aabbccddee', 'aabbcc1122'] } }));
      return `${title} ${hint}`;
    };
    assert.equal(explained('zz'), 'There is no vault whose id begins with zz. Here there are aabbccdd and aabbcc11.');
    assert.equal(explained('aabb'), 'Several vaults have an id that begins with aabb. Type more of it: aabbccddee and aabbcc1122.');
  });

  it('does not call commits unseen that a remote took in spite of its rejection', () => {
    const { safe = '' } = explainError(new ConvoSyncError('push-rejected', 'x', { details: { landed: ['refs/heads/feature/menu'], missing: ['refs/convosync/ab/log'] } }));
    assert.match(safe, /commits on feature\/menu are at the remote/);
  });

  it('tells a place that is gone, a wrong clock, a busy store and a false certificate apart from what they look like', () => {
    const explained = (code: ErrorCode, facts: Record<string, unknown>): string => {
      const { title, hint = '' } = explainError(new ConvoSyncError(code, 'x', { details: facts }));
      return `${title} ${hint}`;
    };
    assert.match(explained('remote-unreachable', { remote: '/media/ada/stick', reason: 'place-missing' }), /^“\/media\/ada\/stick” is not there\. Plug the drive in/);
    assert.match(explained('storage-denied', { said: 'RequestTimeTooSkewed' }), /the clock of this device is wrong/);
    assert.match(explained('storage-transient', { retryAfter: 600 }), /left alone for 10 minutes/);
    assert.match(explained('storage-transient', { retryAfter: 7 }), /in a moment/);
    assert.match(explained('storage-permanent', { reason: 'certificate' }), /certificate that this device does not trust/);
  });

  it('says of a locked vault what can be known without its keys', () => {
    const details = { vault: 'ab', place: 'github.com/ada/shop', waiting: 2, since: '2026-03-02T09:05:00.000Z', branch: 'main', commit: '0123456789abcdef', changes: 1 };
    const { title, safe } = explainError(new ConvoSyncError('vault-locked', '', { details }));
    assert.equal(title, 'The vault at github.com/ada/shop is locked on this device.');
    assert.equal(safe, '2 sessions wait here to be sent since 2026-03-02 09:05 UTC, safe on this device. The code is on main at 0123456, with 1 changed file.');
    assert.equal(explainError(new ConvoSyncError('vault-locked', '')).title, 'The vault is locked on this device.');
  });

  it('says of a session that is not all here where the rest of it lies', () => {
    const details = { remote: '/media/ada/stick', reason: 'place-missing', incomplete: '0123456789abcdef', liesAt: '/media/ada/stick' };
    const { title, safe } = explainError(new ConvoSyncError('remote-unreachable', '', { details }));
    assert.equal(title, '“/media/ada/stick” is not there.');
    assert.equal(safe, 'Session 01234567 is not all on this device: what is missing lies at “/media/ada/stick”. Your work is safe on this device.');
  });

  it('says of a vault that is gone that it may have been removed, and of an older state that it may have been moved', () => {
    const gone = explainError(new ConvoSyncError('vault-rolled-back', '', { details: { reason: 'vault-gone', device: 'laptop' } }));
    assert.equal(gone.title, 'The vault is not at its place any more.');
    assert.match(gone.hint ?? '', /“convosync vault remove” here too/);
    assert.match(explainError(new ConvoSyncError('vault-rolled-back', '')).hint ?? '', /“convosync vault use <former place>”.*“convosync vault move <this place>”/);
  });

  it('tells wrong key, damage, forgery, roll-back and a newer format apart', () => {
    const titles = (['vault-wrong-key', 'vault-damaged', 'vault-forged', 'vault-rolled-back', 'vault-newer-format'] as const)
      .map((code) => explainError(new ConvoSyncError(code, '')).title);
    assert.deepEqual(titles, [
      'The key of this device does not open the vault.',
      'A part of the vault is damaged.',
      'The vault holds something that none of your devices wrote.',
      'The storage shows an older state of the vault than this device has seen.',
      'This was saved by a newer ConvoSync.',
    ]);
  });

  it('says which file of ConvoSync’s own is the matter, and how: each with another way out', () => {
    const file = '/home/ada/.local/share/convosync/device.json';
    const folder = '/home/ada/.local/share/convosync';
    const explained = ['relative', 'missing', 'damaged', 'unreadable', 'unwritable', 'lock', undefined]
      .map((reason) => explainError(new ConvoSyncError('home-unusable', 'x', { details: { folder, file, ...(reason === undefined ? {} : { reason }) } })));
    assert.deepEqual(explained.map(({ title }) => title), [
      `ConvoSync cannot use its own folder ${folder}.`,
      `A file of ConvoSync’s own is missing: ${file}.`,
      `A file of ConvoSync’s own is damaged: ${file}.`,
      `A file of ConvoSync’s own cannot be read: ${file}.`,
      `A file of ConvoSync’s own cannot be written: ${file}.`,
      `Files cannot be locked in ConvoSync’s own folder ${folder}.`,
      `ConvoSync cannot use its own folder ${folder}.`,
    ]);
    assert.equal(new Set(explained.map(({ hint }) => hint)).size, explained.length);
    assert.equal(explainError(new ConvoSyncError('vault-newer-format', 'x', { details: { file } })).title, `A newer ConvoSync has written ${file}.`);
  });

  it('names the other run that is at it', () => {
    assert.equal(explainError(new ConvoSyncError('busy', 'x', { details: details.busy })).title, 'Another ConvoSync is saving right now (process 4711).');
    const known = { ...details.busy, host: 'laptop', since: new Date(2026, 2, 2, 9, 5, 7).toISOString() };
    assert.equal(explainError(new ConvoSyncError('busy', 'x', { details: known })).title, 'Another ConvoSync is saving right now (process 4711 on laptop, since 09:05:07).');
    assert.equal(explainError(new ConvoSyncError('busy', 'x', { details: { reason: 'changed' } })).title, 'The repository has changed since this was planned.');
  });

  it('is quiet about a cancellation, whoever made it', () => {
    const aborted = new DOMException('This operation was aborted', 'AbortError');
    assert.equal(explainError(aborted).title, 'Cancelled.');
  });

  it('apologises for what nobody expected, and shows none of it', () => {
    const { title, safe } = explainError(new TypeError('cannot read properties of undefined'));
    assert.match(title, /^Sorry/);
    assert.doesNotMatch(`${title} ${safe ?? ''}`, /cannot read/);
  });
});
