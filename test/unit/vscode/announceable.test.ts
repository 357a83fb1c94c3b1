import assert from 'node:assert/strict';
import type { OverviewState } from '../../../src/vscode/overview.ts';
import { announceable, type AnnouncingConditions } from '../../../src/vscode/announceable.ts';
import { isQuiet } from '../../../src/vscode/quietHours.ts';
import { desktop, now, saved, status } from './facts.ts';

describe('a session of another device', () => {
  const state: OverviewState = { kind: 'ready', folder: '/pizza', status: status({ resumable: saved('s2', desktop) }) };
  const all: AnnouncingConditions = { isEnabled: true, quietHours: '', isFocused: true, wasAnnounced: () => false, now };

  it('is announced once', () => {
    assert.equal(announceable({ state, activity: undefined }, all)?.outline.id, 's2');
    assert.equal(announceable({ state, activity: undefined }, { ...all, wasAnnounced: (id) => id === 's2' }), undefined);
  });

  it('is not announced in a window that nobody looks at, while something runs, when that is switched off, or where there is none', () => {
    assert.equal(announceable({ state, activity: undefined }, { ...all, isFocused: false }), undefined);
    assert.equal(announceable({ state, activity: 'saving' }, all), undefined);
    assert.equal(announceable({ state, activity: undefined }, { ...all, isEnabled: false }), undefined);
    assert.equal(announceable({ state: { ...state, status: status() }, activity: undefined }, all), undefined);
  });

  it('is not announced when that device saved by itself, as it does every few minutes', () => {
    const session = saved('s2', desktop);
    const byItself = { ...session, summary: { ...session.summary, automatic: true as const } };
    assert.equal(announceable({ state: { ...state, status: status({ resumable: byItself }) }, activity: undefined }, all), undefined);
  });

  it('is not announced in quiet hours', () => {
    const around = `${clock(new Date(now.getTime() - 60_000))}-${clock(new Date(now.getTime() + 60_000))}`;
    assert.equal(announceable({ state, activity: undefined }, { ...all, quietHours: around }), undefined);
  });
});

describe('quiet hours', () => {
  const cases: [hours: string, time: string, quiet: boolean][] = [
    ['22:00-07:00', '22:00', true],
    ['22:00-07:00', '03:30', true],
    ['22:00-07:00', '07:00', false],
    ['22:00-07:00', '21:59', false],
    ['12:00 – 13:30', '13:29', true],
    ['12:00-13:30', '13:30', false],
    ['08:00-08:00', '08:00', false],
    ['', '03:00', false],
    ['always', '03:00', false],
    ['25:00-07:00', '03:00', false],
  ];
  for (const [hours, time, quiet] of cases) {
    it(`${quiet ? 'are' : 'are not'} at ${time} for “${hours}”`, () => {
      assert.equal(isQuiet(hours, new Date(`2026-03-04T${time}:00`)), quiet);
    });
  }
});

function clock(time: Date): string {
  return time.toTimeString().slice(0, 5);
}
