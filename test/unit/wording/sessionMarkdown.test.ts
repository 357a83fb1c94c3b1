import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OpenedSession } from '../../../src/core/operations/report.ts';
import type { Block } from '../../../src/core/session/message.ts';
import { sessionMarkdown } from '../../../src/wording/sessionMarkdown.ts';
import { session } from '../cli/samples.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const call: Block = { type: 'toolCall', callId: 'c1', name: 'Bash', summary: 'npm test <all>', input: { command: 'npm test' }, writes: [] };

function opened(blocks: readonly Block[][]): Omit<OpenedSession, 'verdict'> {
  return {
    session: session('3f2a9b0c11'),
    manifest: {
      v: 1, session: '3f2a9b0c11', handoff: '# Handoff\n\n## Next Steps\n\nBake\n',
      code: { repository: { roots: [], name: 'shop' }, commit, subject: 'Add the menu', clean: true, pushed: true, bundles: [] },
      conversations: [{
        agent: 'claude-code', id: '11111111-2222', title: 'The # menu', messages: blocks.length, issues: 0, folder: '', files: [{ path: 'transcript.jsonl', size: 0, sha256: '0'.repeat(64), chunks: [] }],
        context: [{ from: 0, to: 0, branch: 'main', commit, files: [] }, { from: 1, to: 9, branch: 'feature/menu', commit, files: [] }],
      }],
    },
    conversations: [{ agent: 'claude-code', agentName: 'Claude Code', id: '11111111-2222', issues: [], messages: blocks.map((each, index) => ({ index, author: index % 2 === 0 ? 'user' : 'assistant', at: `2026-01-01T00:00:0${index}Z`, blocks: each })) }],
  };
}

describe('a session as Markdown', () => {
  it('says what it is, where the work stood, and everything that was said, with tools folded and branches marked', () => {
    assert.equal(sessionMarkdown(opened([[{ type: 'text', text: 'Is it green?\n' }], [{ type: 'thinking', text: 'Run it.' }, call], [{ type: 'toolResult', callId: 'c1', text: 'ok\n', failed: true }], [{ type: 'text', text: '**No.**' }]])), `# Add the menu

- Saved on Desktop, 2026-03-02T11:57:00Z
- Branch \`main\` at \`0123456\`: Add the menu [ConvoSync]
- Session \`3f2a9b0c\`

## Handoff

### Next Steps

Bake

## The # menu

With Claude Code, 4 messages.

*On main at 0123456*

### You · 2026-01-01T00:00:00Z

Is it green?

*On feature/menu at 0123456*

### Claude Code · 2026-01-01T00:00:01Z

<details>
<summary>Thinking</summary>

> Run it.

</details>

<details>
<summary>Bash: npm test &lt;all&gt; (failed)</summary>

\`\`\`
{
  "command": "npm test"
}
\`\`\`

\`\`\`
ok
\`\`\`

</details>

### Claude Code · 2026-01-01T00:00:03Z

**No.**
`);
  });

  it('lets nothing that a tool printed end its fold', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('`', '```', '\n', '</details>', 'a', '# ', '> ')), (parts) => {
      const text = parts.join('');
      const markdown = sessionMarkdown(opened([[call], [{ type: 'toolResult', callId: 'c1', text, failed: false }], [{ type: 'text', text: 'The end.' }]]));
      const fence = /\n(`{3,})\n[^]*\n\1\n\n<\/details>/.exec(markdown.slice(markdown.indexOf('"command"')).replace(/^[^]*?\n```\n/, ''))?.[1];
      assert.ok(fence === undefined ? false : !text.includes(fence));
    }));
  });
});
