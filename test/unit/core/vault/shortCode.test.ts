import assert from 'node:assert/strict';
import { createVault } from '../../../../src/core/vault/description.ts';
import { readShortCode, shortCode } from '../../../../src/core/vault/shortCode.ts';
import { stateCode } from '../../../../src/core/vault/stateCode.ts';
import { now, vault } from '../../../support/signedLog.ts';

describe('a short code', () => {
  it('is the same for the same, another for anything else, and another for another purpose', async () => {
    const code = await shortCode('pizza', 3, ['a', 'bc']);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    assert.equal(await shortCode('pizza', 3, ['a', 'bc']), code);
    for (const other of [shortCode('pizza', 3, ['ab', 'c']), shortCode('pasta', 3, ['a', 'bc'])]) {
      assert.notEqual(await other, code);
    }
  });

  it('is recognised however it is typed', () => {
    for (const typed of ['7Q2F-ZK0M-11AB', '7q2fzk0m11ab', ' 7q2f zkom liab ']) {
      assert.equal(readShortCode(typed), '7Q2F-ZK0M-11AB');
    }
  });
});

describe('the state code of a vault', () => {
  const { description } = vault;
  const heads = { aaaaaaaa: `00000002-${'1'.repeat(32)}`, bbbbbbbb: `00000001-${'2'.repeat(32)}` };

  it('does not depend on the order in which logs were found', async () => {
    assert.equal(await stateCode(description, heads), await stateCode(description, Object.fromEntries(Object.entries(heads).reverse())));
  });

  it('is another when a log ends elsewhere or is away, and when the description is another', async () => {
    const code = await stateCode(description, heads);
    const { aaaaaaaa, bbbbbbbb } = heads;
    for (const other of [{ aaaaaaaa }, { aaaaaaaa: bbbbbbbb, bbbbbbbb: aaaaaaaa }, { ...heads, bbbbbbbb: `00000002-${'3'.repeat(32)}` }]) {
      assert.notEqual(await stateCode(description, other), code);
    }
    const [first] = description.epochs;
    assert.notEqual(await stateCode({ ...description, epochs: [first, { ...first, epoch: 2, signature: 'another' }] }, heads), code);
    assert.notEqual(await stateCode(createVault('ada@example.org', now).description, heads), code);
  });
});
