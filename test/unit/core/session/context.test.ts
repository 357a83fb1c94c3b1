import assert from 'node:assert/strict';
import * as path from 'node:path';
import fc from 'fast-check';
import { boundContext, isBare, isInside, SessionContext } from '../../../../src/core/session/context.ts';
import { contextHeading, describeContext, describeOpensAgain, describeRun } from '../../../../src/wording/context.ts';

const bare: SessionContext = { folder: '', editors: [], terminals: [] };

describe('the context of a session', () => {
  it('leads nowhere out of the repository, on any system', () => {
    for (const outside of ['/etc/passwd', '../secrets', 'src/../../x', 'C:/Windows', 'c:\\Windows', '\\\\server\\share', 'src\\..\\..\\x', 'a\0b']) {
      assert.equal(isInside(outside), false, outside);
    }
    for (const inside of ['', 'src/a.ts', 'a..b/c', '..a', 'with spaces/ünïcode.ts']) {
      assert.equal(isInside(inside), true, inside);
    }
    fc.assert(fc.property(fc.string(), (file) => !isInside(file) || [path.posix, path.win32].every((system) => system.relative('/top', system.join('/top', file)).split(system.sep)[0] !== '..')));
  });

  it('takes no more along than is of use', () => {
    const command = { command: 'x'.repeat(5_000), exitCode: 1 };
    const bounded = boundContext({
      folder: 'src',
      editors: [{ path: '../outside', group: 1 }, ...Array.from({ length: 500 }, (_, index) => ({ path: `f${index}`, group: 1 }))],
      terminals: [{ name: 'bash', folder: '', commands: Array.from({ length: 50 }, () => command) }],
      breakpoints: [{ path: '/etc/passwd', line: 1, enabled: true }, { path: 'a.ts', line: 1, enabled: true }],
      environment: { SHORT: 'a', LONG: 'b'.repeat(100_000) },
    });
    assert.deepEqual([bounded.editors.length, bounded.editors[0]?.path], [200, 'f0']);
    assert.deepEqual(bounded.terminals[0]?.commands.map((ran) => [ran.command.length, ran.exitCode]), Array.from({ length: 10 }, () => [2_000, 1]));
    assert.deepEqual(bounded.breakpoints?.map((breakpoint) => breakpoint.path), ['a.ts']);
    assert.deepEqual(bounded.environment, { SHORT: 'a' });
    assert.deepEqual(SessionContext.parse(bounded), bounded);
  });

  it('is nothing at the top of a repository with nothing open', () => {
    assert.equal(isBare(bare), true);
    assert.equal(isBare({ ...bare, folder: 'src' }), false);
    assert.equal(isBare({ ...bare, breakpoints: [], environment: {} }), true);
    assert.equal(isBare({ ...bare, environment: { A: '1' } }), false);
  });

  it('is told in words', () => {
    const context: SessionContext = { ...bare, folder: 'src', editors: [{ path: 'a', group: 1 }, { path: 'b', group: 2 }], terminals: [{ name: 'zsh', commands: [] }], environment: { NODE_ENV: 'test' } };
    assert.deepEqual(describeContext(context), ['the working directory src', '2 editors', '1 terminal', 'the variable NODE_ENV']);
    assert.equal(describeOpensAgain(context), 'Opens again: 2 editors, 1 terminal and the variable NODE_ENV.');
    assert.equal(describeOpensAgain({ ...bare, folder: 'src' }), '');
  });

  it('steers no terminal in which it is shown', () => {
    assert.equal(describeRun({ command: 'npm test', exitCode: 2 }), 'npm test (exit code 2)');
    assert.equal(describeRun({ command: 'printf "a"\n\u001b[2Jb\u202e', exitCode: 0 }), 'printf "a" [2Jb');
    const heading = contextHeading({ device: { name: 'lap\u001b]0;top\u0007' }, summary: { savedAt: '2026-01-01T00:00:00Z' } }, new Date('2026-01-01T00:00:10Z'));
    assert.ok(!/\p{Cc}/u.test(heading), heading);
  });
});
