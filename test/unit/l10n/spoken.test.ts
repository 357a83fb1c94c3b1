import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ConvoSyncError } from '../../../src/core/common/errors.ts';
import { marked } from '../../../src/core/common/marked.ts';
import type { Message } from '../../../src/core/session/message.ts';
import { language, speak } from '../../../src/l10n/language.ts';
import { explainError } from '../../../src/wording/errors.ts';
import { explainFinding, findingCodes, remediesToChoose, remedyConsequence, remedyFlag, remedyLabel } from '../../../src/wording/findings.ts';
import { messagesForModel } from '../../../src/wording/forModels.ts';
import { describeDone, describeResume, describeStep } from '../../../src/wording/plans.ts';
import { bytes, count, names } from '../../../src/wording/quantities.ts';
import { describeNote } from '../../../src/wording/reports.ts';
import { sessionHtml } from '../../../src/wording/sessionHtml.ts';
import { sessionMarkdown } from '../../../src/wording/sessionMarkdown.ts';
import { age } from '../../../src/wording/time.ts';
import { session } from '../cli/samples.ts';

const now = new Date('2026-03-02T12:00:00Z');
const commit = '0123456789abcdef0123456789abcdef01234567';
const id = '11111111-2222-4333-8444-555555555555';
const speakers = {
  de: () => speakAs('de', 'de'),
  'zh-cn': () => speakAs('zh-CN', 'zh-cn'),
};

describe('a person who speaks German', () => {
  before(speakers.de);
  after(inEnglishAgain);

  it('reads what a resume will do, step by step, with the nouns of repositories in their place', () => {
    assert.deepEqual(describeResume({
      steps: [
        { kind: 'protect' },
        { kind: 'switch', branch: 'main', create: false },
        { kind: 'install', agent: 'claude-code', conversation: id, as: id, title: 'Speisekarte', messages: 1234, outcome: 'new' },
      ],
      companions: [{ name: 'api', folder: '/home/ada/api', head: {}, steps: [{ kind: 'protect' }, { kind: 'restore-snapshot', commit, files: 1 }] }],
    }), [
      'Aufheben, was hier ist, damit es rückgängig gemacht werden kann',
      'In api: 1 nicht committete Datei wiederherstellen, bereitgestellt wie zuvor',
      'Zu Branch main wechseln',
      'Die Unterhaltung „Speisekarte“ wiederherstellen (1.234 Nachrichten)',
    ]);
  });

  it('reads what was done as done', () => {
    assert.equal(describeStep({ kind: 'commit', files: 3, message: 'Karte' }), '3 Dateien als „Karte“ committen');
    assert.equal(describeDone({ kind: 'create-branch', branch: 'karte' }), 'Branch karte erstellt');
  });

  it('reads what is the matter, what is safe, and the ways out', () => {
    const finding = { code: 'behind', severity: 'refusal', details: { branch: 'main', behind: 2, remote: 'origin' }, remedies: [] } as const;
    assert.equal(explainFinding(finding, 'save').title, 'Branch main liegt 2 Commits hinter dem auf „origin“.');
    assert.equal(remedyLabel('retry'), 'Erneut versuchen');
    assert.equal(explainError(new ConvoSyncError('session-ambiguous', '', { details: { session: 'ab', candidates: ['abc', 'abd'] } })).hint, 'Geben Sie mehr von der ID ein: abc und abd.');
    assert.equal(explainError(new ConvoSyncError('usage', marked`There is no file ${'{1}.zip'}.`)).title, 'Es gibt keine Datei {1}.zip.');
    assert.equal(describeNote({ kind: 'bad-lines', agent: 'claude-code', count: 1, conversation: id }), '1 Zeile der Unterhaltung 11111111 konnte nicht gelesen werden und bleibt genau, wie sie ist.');
  });

  it('reads numbers, lists and ages as they are written', () => {
    assert.equal(count(1234, 'message'), '1.234 Nachrichten');
    assert.equal(bytes(1_400_000), '1,4 MB');
    assert.equal(names(['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts']), 'a.ts, b.ts, c.ts und 2 weitere');
    assert.equal(age('2026-03-01T11:00:00Z', now), 'gestern');
    assert.equal(age('2026-03-02T11:57:00Z', now), 'vor 3 Minuten');
    assert.equal(age('2026-03-02T12:00:00Z', now), 'gerade eben');
  });
});

describe('a person who speaks Chinese', () => {
  before(speakers['zh-cn']);
  after(inEnglishAgain);

  it('reads plans, errors, numbers, lists and ages', () => {
    assert.equal(describeStep({ kind: 'install', agent: 'claude-code', conversation: id, as: id, title: '菜单', messages: 1234, outcome: 'new' }), '还原对话 “菜单”（1,234 条消息）');
    assert.equal(describeDone({ kind: 'stash', files: 2 }), '已储藏 2 个已更改的文件');
    assert.equal(explainError(new ConvoSyncError('vault-locked', '')).title, '保险库在此设备上已锁定。');
    assert.equal(explainFinding({ code: 'no-remote', severity: 'info', details: {}, remedies: [] }, 'save').title, '仓库没有远程。');
    assert.equal(names(['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts']), 'a.ts、b.ts、c.ts和另外 2 项');
    assert.equal(age('2026-03-01T11:00:00Z', now), '昨天');
  });
});

for (const [name, speakIt] of Object.entries(speakers)) {
  describe(`whoever speaks ${name}`, () => {
    before(speakIt);
    after(inEnglishAgain);

    it('reads every finding and every way out without a word of English', () => {
      for (const operation of ['save', 'resume'] as const) {
        for (const code of findingCodes) {
          const { title, detail, safe } = explainFinding({ code, severity: 'refusal', details: { branch: '1', here: '2', files: ['3'], count: 1, folder: '4', folders: ['5'] }, remedies: [] }, operation);
          assertSpoken([title, detail, safe]);
        }
      }
      assertSpoken(remediesToChoose.flatMap((remedy) => [remedyLabel(remedy), remedyConsequence(remedy)]));
    });

    it('exports a document that says its language, and what was said as it was said', () => {
      const opened = {
        session: session('3f2a9b0c11'),
        manifest: {
          v: 1 as const, session: '3f2a9b0c11', handoff: '', conversations: [],
          code: { repository: { roots: [], name: 'shop' }, commit, subject: 'Add the menu', clean: true, pushed: true, bundles: [] },
        },
        conversations: [{ agent: 'claude-code', agentName: 'Claude Code', id: '1', issues: [], messages: [{ index: 0, author: 'user' as const, blocks: [{ type: 'text' as const, text: '<b>Is it green?</b>' }] }] }],
      };
      const html = sessionHtml(opened);
      assert.match(html, new RegExp(`<html lang="${language()}">`));
      assert.match(html, /<dd>Branch <code><bdi>main<\/bdi><\/code> bei <code>|<dd>分支 <code><bdi>main<\/bdi><\/code>，位于 <code>/);
      assert.match(html, /&#60;b&#62;Is it green\?/);
      assert.match(sessionMarkdown(opened), /<b>Is it green\?<\/b>/);
    });

    it('has a model read English, and types what everybody types', () => {
      const message: Message = { index: 0, author: 'user', at: '2026-03-02T11:57:00Z', blocks: [{ type: 'text', text: 'green' }] };
      assert.match(messagesForModel(session('3f2a9b0c11'), [{ agentName: 'Claude Code', message }], ['green'], 5, now), /^1 message in session 3f2a9b0c\.[^]*user, 3 minutes ago/);
      assert.notEqual(language(), 'en');
      assert.equal(remedyFlag('save-unpushed', { code: 'no-remote', severity: 'info', details: {}, remedies: [] }, 'save'), '--no-push');
    });
  });
}

function speakAs(tag: string, folder: string): void {
  speak(tag, JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../src/l10n', folder, 'wording.json'), 'utf8')) as Record<string, string>);
}

function inEnglishAgain(): void {
  speak('en', {});
}

/** Commands in quotation marks are said alike everywhere. */
function assertSpoken(sentences: readonly (string | undefined)[]): void {
  for (const sentence of sentences.filter((one) => one !== undefined)) {
    assert.doesNotMatch(sentence.replace(/[„“][^“”]*[“”]/g, ''), /\b(?:the|and|is|are|of|to|with|this|it|not|session|conversation|files?|changes)\b|\{\d\}/i);
  }
}
