import * as assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { silenceSqliteWarning } from '../../../src/cli/nodeWarnings.ts';

describe('warnings of Node', () => {
  const warning = (name: string, message: string): Error => Object.assign(new Error(message), { name });

  it('are printed as ever, except that its SQLite is young', () => {
    const process = new EventEmitter();
    const printed: string[] = [];
    process.on('warning', ({ message }: Error) => printed.push(message));
    silenceSqliteWarning(process);
    process.emit('warning', warning('ExperimentalWarning', 'SQLite is an experimental feature and might change at any time'));
    process.emit('warning', warning('ExperimentalWarning', 'Another feature is experimental'));
    process.emit('warning', warning('DeprecationWarning', 'SQLite is no reason to be silent about this'));
    assert.deepEqual(printed, ['Another feature is experimental', 'SQLite is no reason to be silent about this']);
  });
});
