import assert from 'node:assert/strict';
import type { Finding } from '../../../src/core/git/finding.ts';
import type { ResumePlan, SavePlan } from '../../../src/core/operations/plan.ts';
import { resumeSummary, saveSummary } from '../../../src/vscode/commands/summaries.ts';
import { plainText } from '../../../src/vscode/plainText.ts';
import { sessionFacts } from '../../../src/vscode/sessionText.ts';
import { shellCommand } from '../../../src/vscode/shellCommand.ts';
import { desktop, now, saved } from './facts.ts';

describe('text from elsewhere', () => {
  it('becomes neither an icon nor a link', () => {
    const text = plainText('$(trash) [Resume](command:evil) $5 (fine)');
    assert.equal(/\$\(|\]\(/.test(text), false);
    assert.equal(text.replaceAll('\u200b', ''), '$(trash) [Resume](command:evil) $5 (fine)');
  });
});

describe('a command for the shell', () => {
  it('is quoted only where something needs it', () => {
    assert.equal(shellCommand(['claude', '--resume', 'a3d1f2b4-7c55'], 'linux'), 'claude --resume a3d1f2b4-7c55');
  });

  it('stays one word per argument, whatever the argument holds', () => {
    assert.equal(shellCommand(['/opt/my tools/claude', 'it’s; rm -rf ~', "o'clock"], 'linux'), `'/opt/my tools/claude' 'it’s; rm -rf ~' 'o'\\''clock'`);
    assert.equal(shellCommand(['C:\\Program Files\\claude.exe', '--resume'], 'win32'), '"C:\\Program Files\\claude.exe" --resume');
  });
});

describe('a session in a list', () => {
  it('says branch, commit, messages, age and agent', () => {
    assert.equal(sessionFacts(saved('s1', desktop), now), 'main @ 1234567 · 42 messages · 5 minutes ago · Claude Code');
  });

  it('says when it holds no conversation', () => {
    const session = saved('s1', desktop);
    assert.match(sessionFacts({ ...session, summary: { ...session.summary, conversations: [] } }, now), /code only/);
  });
});

describe('the question before a save', () => {
  const plan: SavePlan = {
    session: 's1', folder: '/pizza', repository: { name: 'pizza', roots: [] }, head: { branch: 'main', commit: '1234567890'.repeat(4) }, message: 'Bake',
    findings: [], blockers: [], steps: [{ kind: 'commit', message: 'Bake [ConvoSync]', files: 2 }, { kind: 'publish', place: 'origin' }],
    changes: [], conversations: [], handoff: '', sealing: 'readable',
  };

  it('names every step and who can read what is saved', () => {
    const text = saveSummary(plan, []);
    assert.match(text, /• Commit 2 files as “Bake \[ConvoSync\]”\n• Send the session to origin/);
    assert.match(text, /Not sealed/);
  });

  it('says of a sealed vault that only the own devices can read it', () => {
    assert.match(saveSummary({ ...plan, sealing: 'sealed' }, []), /\n\nSealed: only your own devices can read/);
  });

  it('says that there is no conversation instead of leaving it out silently', () => {
    assert.match(saveSummary(plan, []), /No conversation was found/);
  });

  it('says what preflight found', () => {
    const finding: Finding = { code: 'no-remote', severity: 'info', details: {}, remedies: ['add-remote'] };
    assert.match(saveSummary(plan, [finding]), /no remote/);
  });
});

describe('the question before a resume', () => {
  const plan: ResumePlan = { id: 'p1', folder: '/pizza', session: saved('s1', desktop), findings: [], blockers: [], steps: [{ kind: 'protect' }, { kind: 'switch', branch: 'oven', create: false }], companions: [], head: {}, handoff: '' };

  it('names the device, the state of the code and every step', () => {
    assert.match(resumeSummary(plan, [], now), /^Saved on desktop: main @ 1234567 .*\n\n• Keep what is here, so that it can be undone\n• Switch to branch oven$/);
  });

  it('says which variables of the session are not set here, on one line', () => {
    assert.match(resumeSummary(plan, [], now, ['OVEN']), /\n\nThe session has the variable OVEN, too; it is not set here/);
    assert.match(resumeSummary(plan, [], now, ['OVEN', 'A\nB']), /\n\nThe session has the variables OVEN and A B, too; they are not set here/);
  });
});
