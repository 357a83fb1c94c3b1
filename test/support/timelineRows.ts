/** Rows for the session page, the same on every run: a small story to look at, and any number of rows to scroll. */
import { crc32, deflateSync } from 'node:zlib';
import type { Block, Row } from '../../src/protocol/session.ts';

export const mainCommit = '3f9c2ab1d47e60b58a91c3f2e7d4406b9a8c1e52';
export const branchCommit = 'a81d3e90b7c24f6d5e1a09c8b3f7264d5e8091fa';
export const lastCommit = 'c04be7715d2f8a93e6b1d7c0a4f5932e8b6d1c7f';

const start = Date.UTC(2026, 2, 12, 9, 2);
const minute = 60_000;

const picture = png(240, 96).toString('base64');

/** A picture of bands of colour. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set([60 + Math.floor(x / 40) * 28, 120 + Math.floor(y / 24) * 30, 210], y * (1 + width * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))]);
}

function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  const check = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

type Draft = Omit<Row, 'index' | 'at' | 'author'> & { author?: Row['author']; after?: number };

function numbered(drafts: readonly Draft[]): Row[] {
  let time = start;
  return drafts.map(({ after = 1, author = 'assistant', ...row }, index) => {
    time += after * minute;
    return { index, author, at: new Date(time).toISOString(), ...row };
  });
}

function call(callId: string, name: string, summary: string, input: unknown, writes: string[] = []): Block {
  return { type: 'toolCall', callId, name, summary, input, writes };
}

function result(callId: string, text: string, failed = false): Draft {
  return { author: 'user', after: 0, blocks: [{ type: 'toolResult', callId, text, failed }] };
}

/** A day and a bit of work on a shop's sign-in, with everything the timeline can show. */
export function story(): Row[] {
  const onMain = { branch: 'main', commit: mainCommit };
  const onBranch = { branch: 'feature/oauth', commit: mainCommit };
  const committed = { branch: 'feature/oauth', commit: branchCommit };
  const done = { branch: 'feature/oauth', commit: lastCommit };
  return numbered([
    { author: 'user', blocks: [{ type: 'text', text: 'Customers keep asking for a sign-in with their own account.\nHow much work is OAuth for the shop? Keep the password form, please.' }], ...onMain },
    { blocks: [{ type: 'thinking', text: 'The session store decides how large this is. If sessions are opaque tokens in the database, an OAuth identity is one more way to create them. Look at the sign-in first.' }], ...onMain },
    { blocks: [call('c1', 'Grep', 'createSession in src/', { pattern: 'createSession', path: 'src' })], ...onMain },
    result('c1', 'src/auth/session.ts:14:export async function createSession(user: User): Promise<Session> {\nsrc/auth/password.ts:31:  return createSession(user);'),
    {
      blocks: [{
        type: 'text',
        text: 'Less than it looks. Sessions are created in **one place** (`createSession`), so a provider only has to end there:\n\n1. `/auth/:provider/start` redirects with a `state` and a PKCE verifier\n2. `/auth/:provider/callback` checks both and finds or creates the user\n3. the password form stays as it is\n\n| step | files | risk |\n|---|---|---:|\n| routes | 2 | low |\n| identity table | 1 | medium |\n\n```ts\nconst identity = await identities.find(provider, subject);\nreturn createSession(identity.user);\n```\n\nThe flow is described in [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636).',
      }],
      ...onMain,
    },
    { author: 'user', after: 6, blocks: [{ type: 'text', text: 'Good. Make a branch and start with the routes.' }, { type: 'image', mediaType: 'image/png', data: picture }], ...onMain },
    { blocks: [{ type: 'text', text: 'I start with the routes and leave the table for the second step.' }, call('c2', 'Bash', 'git switch -c feature/oauth', { command: 'git switch -c feature/oauth' })], ...onBranch },
    result('c2', "Switched to a new branch 'feature/oauth'"),
    {
      blocks: [call('c3', 'Edit', 'src/auth/routes.ts', {
        file_path: 'src/auth/routes.ts',
        old_string: "  router.post('/login', login);\n  router.post('/logout', logout);\n",
        new_string: "  router.post('/login', login);\n  router.get('/auth/:provider/start', startOAuth);\n  router.get('/auth/:provider/callback', finishOAuth);\n  router.post('/logout', logout);\n",
      }, ['src/auth/routes.ts'])],
      files: ['src/auth/routes.ts'],
      ...onBranch,
    },
    result('c3', 'The file was updated.'),
    { blocks: [call('c4', 'Write', 'src/auth/oauth.ts', { file_path: 'src/auth/oauth.ts', content: "import { randomBytes } from 'node:crypto';\n\nexport function newState(): string {\n  return randomBytes(16).toString('base64url');\n}\n" }, ['src/auth/oauth.ts'])], files: ['src/auth/oauth.ts'], ...onBranch },
    result('c4', 'The file was created.'),
    { blocks: [call('c5', 'Bash', 'npm test', { command: 'npm test', timeout: 60_000 })], ...onBranch },
    result('c5', '  auth\n    ✓ signs in with a password\n    1) refuses a callback whose state is unknown\n\n  1 passing\n  1 failing\n\n  AssertionError: expected 400, got 500\n      at test/auth.test.ts:42:12', true),
    { blocks: [{ type: 'text', text: 'The callback throws before it looks at `state`. I check it first, then exchange the code.' }], ...onBranch },
    { sidechain: true, author: 'user', blocks: [{ type: 'text', text: 'Find every place that reads the session cookie and say whether it depends on the password.' }], ...onBranch },
    { sidechain: true, blocks: [call('c6', 'Grep', 'cookie in src/', { pattern: 'cookie' })], ...onBranch },
    { ...result('c6', 'src/http/cookies.ts:8'), sidechain: true },
    { sidechain: true, blocks: [{ type: 'text', text: 'One place, `src/http/cookies.ts`; it does not depend on the password.' }], ...onBranch },
    { blocks: [{ type: 'text', text: 'All tests pass now. Committed.' }], files: ['src/auth/oauth.ts', 'test/auth.test.ts'], ...committed },
    { author: 'system', after: 900, blocks: [{ type: 'notice', text: 'The conversation was compacted.' }], ...committed },
    { author: 'user', after: 20, blocks: [{ type: 'text', text: 'صباح الخير، أكمل من حيث توقفنا: جدول الهويات.' }], ...committed },
    { blocks: [{ type: 'text', text: 'The identity table is next: `(provider, subject)` unique, with the user as foreign key.\n\n> One user may have several identities, so the e-mail address is no key.\n\n- [x] routes\n- [ ] table and migration' }], ...committed },
    { blocks: [{ type: 'text', text: 'Done and committed: the migration runs in both directions.' }], files: ['migrations/0042_identities.sql'], ...done },
  ]);
}

/** Rows of all kinds, a branch every 500 and a commit every 100 rows. */
export function manyRows(count: number): Row[] {
  return numbered(Array.from({ length: count }, (_, at): Draft => {
    const context = { branch: `topic/${Math.floor(at / 500)}`, commit: Math.floor(at / 100).toString(16).padStart(40, 'e') };
    const turn = at % 5;
    if (turn === 0) return { author: 'user', blocks: [{ type: 'text', text: `Request number ${at}: ${words(at, 12)}` }], ...context };
    if (turn === 1) return { blocks: [{ type: 'text', text: `Answer ${at}. ${words(at, 30 + (at * 7) % 90)}\n\n\`\`\`\n${words(at + 1, 8)}\n\`\`\`` }], ...context };
    if (turn === 2) return { blocks: [call(`m${at}`, 'Bash', `npm run task-${at}`, { command: `npm run task-${at}` })], ...context };
    if (turn === 3) return { ...result(`m${at - 1}`, words(at, 60), at % 50 === 3), ...context };
    return { blocks: [{ type: 'text', text: words(at, 20) }], ...context };
  }));
}

const vocabulary = ['branch', 'token', 'basket', 'order', 'invoice', 'retry', 'cache', 'index', 'parser', 'window', 'socket', 'record'];

function words(seed: number, count: number): string {
  return Array.from({ length: count }, (_, at) => vocabulary[(seed * 31 + at * 17 + (seed % 7) * at) % vocabulary.length]).join(' ');
}
