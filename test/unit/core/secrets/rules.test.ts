import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { findSecrets } from '../../../../src/core/secrets/rules.ts';

/** Put together here, so that no scanner of this repository takes one for real. */
const made = (...parts: string[]): string => parts.join('');

const secrets: Record<string, [kind: string, secret: string][]> = {
  'a vendor’s token': [
    ['github', made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')],
    ['npm', made('npm_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')],
    ['slack', made('xoxb-', '123456789012-123456789012-a1B2c3D4e5F6g7H8i9J0k1L2')],
    ['anthropic', made('sk-ant-api03-', 'aB3dE6gH9j'.repeat(9), 'xyzAA')],
    ['stripe', made('sk_live_', '51H8a2K9b3L0c4M1d5N2e6O3')],
    ['google', made('AIza', 'SyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v')],
    ['openrouter', made('sk-or-v1-', '0a1b2c3d4e5f6071'.repeat(4))],
    ['age', made('AGE-SECRET-KEY-1', 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE')],
    ['telegram', made('123456789:AA', 'Hk3jL5mN7pQ9rS1tU3vW5xY7zA9bC1dE3')],
  ],
  'a JSON Web Token': [['jwt', made('eyJhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiJhZGEiLCJuIjoxfQ', '.', 's5Q8mN2kL9pR3tV6wX0yZ1aB4cD7eF')]],
};

describe('secrets', () => {
  for (const [what, each] of Object.entries(secrets)) {
    for (const [kind, secret] of each) {
      it(`are found: ${what} (${kind}), wherever it stands`, async () => {
        for (const text of [secret, `key: ${secret}`, `"${secret}",`, `export X=${secret}\n`, `(${secret})`]) {
          const [found, ...more] = await findSecrets(text);
          assert.deepEqual([found?.kind, text.slice(found?.from, found?.to), more], [kind, secret, []], text);
        }
      });
    }
  }

  for (const [kind, text, secret] of [
    ['password', 'password = "Tr0ub4dor&3-x9Zq"', 'Tr0ub4dor&3-x9Zq'],
    ['password', '"client_secret": "a8F3k2L9m4Q7w1"', 'a8F3k2L9m4Q7w1'],
    ['password', 'API_KEY=9f8a7b6c5d4e3f2a1b0c', '9f8a7b6c5d4e3f2a1b0c'],
    ['bearer', 'Authorization: Bearer a8F3k2L9m4Q7w1x5Z0c6', 'a8F3k2L9m4Q7w1x5Z0c6'],
  ] as const) {
    it(`are found by what they are given to: ${text.slice(0, 18)}…`, async () => {
      assert.deepEqual((await findSecrets(text)).map(({ kind: found, from, to }) => [found, text.slice(from, to)]), [[kind, secret]]);
    });
  }

  for (const text of [
    'password: string;', 'const token = process.env.TOKEN_OF_SERVICE;', 'token = getTokenFromStore(request)', 'secret: your-secret-here-0a1b2c', 'password=changeme12345',
    '--- PASS: TestTruncateTranscript/truncate_at_u2 (0.00s)', 'sha256: 0123456789abcdef', 'tokens: 1234567890123', 'api_key: "<your key>"', 'token: ./path/to/file/number1of2.ts', 'the secret is that there is none',
    'Authorization: Bearer your-token-goes-here-now', 'https://example.org/auth?token=example1234567890abc',
  ]) {
    it(`are not seen in: ${text}`, async () => assert.deepEqual(await findSecrets(text), []));
  }

  it('are found in spite of a comment that would switch the rules off', async () => {
    const secret = made('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');
    assert.equal((await findSecrets(`// secretlint-disable\n${secret}\n`)).length, 1);
  });

  it('never overlap, and lie in order, in any text', async () => {
    const piece = fc.oneof(fc.constantFrom(...Object.values(secrets).flat().map(([, secret]) => secret), 'password="', 'token: ', 'Bearer ', '"', '\n', ' '), fc.string());
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const text = pieces.join('');
      let end = 0;
      for (const { from, to } of await findSecrets(text)) {
        assert.ok(from >= end && to > from && to <= text.length);
        end = to;
      }
    }), { numRuns: 60 });
  });
});
