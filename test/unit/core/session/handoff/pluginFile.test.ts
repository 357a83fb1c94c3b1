import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { readPluginHandoffs, writePluginHandoff } from '../../../../../src/core/session/handoff/pluginFile.ts';
import type { Handoff } from '../../../../../src/core/session/handoff/handoff.ts';

const desktopBlock = `---
## Handoff from desktop
**Timestamp:** 2025-10-22T14:30:00.123456Z
**Commit:** abc123d
**Branch:** main

### Current Task
OAuth with refresh tokens

---

### Important Context
- the favorite pizza is Margherita

`;
const phoneBlock = '---\n## Handoff from phone\n**Timestamp:** 2025-10-23T08:00:00Z\n**Commit:** def456a\n**Branch:** main\n\n### Next Steps\n1. Tests\n\n';
const header = '# ConvoSync Session Handoffs\n\nA line of ours.\n\n';
const handoff: Handoff = { at: '2026-01-01T00:00:00.000Z', commit: '0123abc', branch: 'main', sections: [{ title: 'Current Task', body: 'New' }] };

const devices = (text: string): (string | undefined)[] => readPluginHandoffs(text).map((each) => each.device?.name);

/** What git leaves in a file that both sides changed. */
function mergeConflict(base: string, ours: string, theirs: string, ...flags: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'convosync-merge-'));
  try {
    const files = Object.entries({ ours, base, theirs }).map(([name, text]) => {
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    });
    execFileSync('git', ['merge-file', '-p', ...flags, ...files], { encoding: 'utf8', stdio: 'pipe' });
    throw new Error('expected a conflict');
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the original plugin's handoff file", () => {
  it('is read with every handoff whole, also when a rule stands inside one', () => {
    const [desktop, phone] = readPluginHandoffs(header + desktopBlock + phoneBlock);
    assert.deepEqual(desktop, {
      device: { name: 'desktop' },
      at: '2025-10-22T14:30:00.123Z',
      commit: 'abc123d',
      branch: 'main',
      sections: [
        { title: 'Current Task', body: 'OAuth with refresh tokens\n\n---' },
        { title: 'Important Context', body: '- the favorite pizza is Margherita' },
      ],
    });
    assert.equal(phone?.device?.name, 'phone');
  });

  it('is begun when there is none', () => {
    const text = writePluginHandoff(undefined, 'laptop', handoff);
    assert.match(text, /^# ConvoSync Session Handoffs\n\n---\n## Handoff from laptop\n\*\*Timestamp:\*\* 2026-01-01T00:00:00.000Z\n\*\*Commit:\*\* 0123abc\n\*\*Branch:\*\* main\n\n### Current Task\n\nNew\n/);
    assert.deepEqual(readPluginHandoffs(text), [{ device: { name: 'laptop' }, ...handoff }]);
  });

  it("gets this device's handoff in place of its old ones, and keeps all else byte for byte", () => {
    const text = writePluginHandoff(header + desktopBlock + phoneBlock + desktopBlock, 'desktop', handoff);
    assert.ok(text.startsWith(header));
    assert.ok(text.endsWith(phoneBlock));
    assert.deepEqual(devices(text), ['desktop', 'phone']);
    assert.equal(writePluginHandoff(text, 'desktop', handoff), text);
  });

  it('gets a new block on a line of its own when a person took the last line end away', () => {
    const text = writePluginHandoff(header + phoneBlock.trimEnd(), 'laptop', handoff);
    assert.ok(text.startsWith(`${header}${phoneBlock.trimEnd()}\n\n---\n`));
    assert.deepEqual(devices(text), ['phone', 'laptop']);
  });

  it('keeps its Windows line ends', () => {
    const text = writePluginHandoff((header + phoneBlock).replaceAll('\n', '\r\n'), 'laptop', handoff);
    assert.doesNotMatch(text, /[^\r]\n/);
    assert.deepEqual(devices(text), ['phone', 'laptop']);
  });

  for (const flags of [[], ['--diff3'], ['--zdiff3']]) {
    it(`is read and repaired from both sides of a git conflict ${flags.join('')}`, () => {
      const ours = desktopBlock.replace('Margherita', 'Funghi');
      const conflicted = mergeConflict(header + phoneBlock, header + phoneBlock + ours, header + phoneBlock + desktopBlock.replaceAll('desktop', 'tablet'), ...flags);
      assert.match(conflicted, /^<<<<<<< /m);
      assert.deepEqual(devices(conflicted), ['phone', 'desktop', 'tablet']);
      const repaired = writePluginHandoff(conflicted, 'laptop', handoff);
      assert.doesNotMatch(repaired, /^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)/m);
      assert.ok(repaired.includes(ours));
      assert.deepEqual(devices(repaired), ['phone', 'desktop', 'tablet', 'laptop']);
    });
  }

  it('is read as it stands when a conflict mark has no end', () => {
    assert.deepEqual(devices(`${header}<<<<<<< HEAD\n${phoneBlock}`), ['phone']);
  });

  it('is never split or taken for a conflict by what a handoff quotes in code', () => {
    const body = '```\n---\n## Handoff from mallory\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n```';
    const text = writePluginHandoff(header + phoneBlock, 'laptop', { sections: [{ title: 'Debug/Error Context', body }] });
    assert.deepEqual(devices(text), ['phone', 'laptop']);
  });

  it('loses no block of another device, whatever the file holds', () => {
    const piece = fc.constantFrom(header, desktopBlock, phoneBlock, '---\n', '## Handoff from x\n', '```\n', 'text', '\r\n', '=======\n', '>>>>>>> b\n', '');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const others = (of: string): string[] => devices(of).filter((name) => name !== 'laptop') as string[];
      const written = writePluginHandoff(text, 'laptop', handoff);
      assert.deepEqual(others(written), others(text));
      assert.equal(devices(written).filter((name) => name === 'laptop').length, 1);
      assert.equal(writePluginHandoff(written, 'laptop', handoff), written);
    }));
  });
});
