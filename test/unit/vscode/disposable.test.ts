import assert from 'node:assert/strict';
import { Disposable, MutableDisposable, type Owned } from '../../../src/vscode/disposable.ts';

class Owner extends Disposable {
  own(name: string, ended: string[]): void {
    this._register({ dispose: () => ended.push(name) });
  }
}

describe('lifetimes', () => {
  it('end what was registered, the last first, and once', () => {
    const ended: string[] = [];
    const owner = new Owner();
    owner.own('first', ended);
    owner.own('second', ended);
    owner.dispose();
    owner.dispose();
    assert.deepEqual(ended, ['second', 'first']);
  });

  it('end late arrivals at once', () => {
    const ended: string[] = [];
    const owner = new Owner();
    owner.dispose();
    owner.own('late', ended);
    assert.deepEqual(ended, ['late']);
  });

  it('end the former value when another takes its place', () => {
    const ended: string[] = [];
    const current = new MutableDisposable<Owned>();
    current.value = { dispose: () => ended.push('first') };
    current.value = { dispose: () => ended.push('second') };
    assert.deepEqual(ended, ['first']);
    current.dispose();
    assert.deepEqual(ended, ['first', 'second']);
    current.value = { dispose: () => ended.push('late') };
    assert.deepEqual(ended, ['first', 'second', 'late']);
  });
});
