import assert from 'node:assert/strict';
import fc from 'fast-check';

import { providerIn } from '../../../../../src/core/agents/codex/configuration.ts';

describe('the provider of models in Codex’s settings', () => {
  const cases: [toml: string, provider: string][] = [
    ['', 'openai'],
    ['model = "x"\n', 'openai'],
    ['model_provider = "azure"', 'azure'],
    ['  "model_provider"  =  \'azure\' # why\r\n', 'azure'],
    ['model_provider = "a\\"b"\n', 'a"b'],
    ['# model_provider = "azure"\n', 'openai'],
    ['model_provider_x = "azure"\n', 'openai'],
    ['model_provider = 5\n', 'openai'],
    ['[model_providers.azure]\nmodel_provider = "azure"\n', 'openai'],
    ['notes = """\nmodel_provider = "azure"\n[x]\n"""\nmodel_provider = "own"\n', 'own'],
    ["notes = '''\nmodel_provider = \"azure\"\n'''\n", 'openai'],
    ['profile = "work"\nmodel_provider = "a"\n[profiles.home]\nmodel_provider = "b"\n[profiles."work"]\nmodel = "x"\nmodel_provider = "c"\n[other]\nmodel_provider = "d"\n', 'c'],
    ['profile = "work"\nmodel_provider = "a"\n[profiles.work]\nmodel = "x"\n[other]\nmodel_provider = "d"\n', 'a'],
    ['profile = "work"\nmodel_provider = "a"\n', 'a'],
  ];
  for (const [toml, provider] of cases) {
    it(`is ${provider} where they say ${JSON.stringify(toml)}`, () => assert.equal(providerIn(toml), provider));
  }

  it('is found, or is the usual one, whatever else they say', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(typeof providerIn(text), 'string');
      assert.equal(providerIn(`model_provider = "own"\n${text}`), 'own');
    }));
  });
});
