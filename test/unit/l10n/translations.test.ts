import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { manifestSentences } from '../../../src/l10n/manifest.ts';
import { markedIn, type Room, rooms } from '../../support/sentences.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = path.join(root, 'src/l10n');
const languages = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

describe('translations', () => {
  const said = (room: Room): Set<string> => new Set(markedIn(room).sentences.keys());
  const wanted = new Map<string, Set<string>>([
    ['wording', said('wording')],
    // VS Code reads both as one table, and each sentence stands in it once.
    ['vscode', without(said('vscode'), said('wording'))],
    ['page', said('page')],
    ['manifest', new Set(manifestSentences(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Parameters<typeof manifestSentences>[0]).values())],
  ]);

  it('are there in German and Chinese', () => {
    assert.deepEqual(languages, ['de', 'zh-cn']);
  });

  it('can be found for every sentence that is marked', () => {
    assert.deepEqual((Object.keys(rooms) as Room[]).flatMap((room) => markedIn(room).unreadable), []);
  });

  for (const language of languages) {
    for (const [room, sentences] of wanted) {
      describe(`${language}/${room}.json`, () => {
        const file = path.join(folder, language, `${room}.json`);
        const translations = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Record<string, string> : {};

        it('says every sentence, and none that is gone', () => {
          assert.deepEqual([...sentences].filter((sentence) => !(sentence in translations)), [], 'without a translation');
          assert.deepEqual(Object.keys(translations).filter((sentence) => !sentences.has(sentence)), [], 'not said any more');
        });

        it('puts in what the sentence puts in', () => {
          assert.deepEqual(Object.entries(translations).filter(([sentence, said]) => said.trim() === '' || placeholders(sentence).join() !== placeholders(said).join()).map(([sentence]) => sentence), []);
        });

        it('keeps commands, settings and links as they are', () => {
          assert.deepEqual(Object.entries(translations).filter(([sentence, said]) => literals(sentence).some((literal) => !said.includes(literal))).map(([sentence]) => sentence), []);
        });
      });
    }
  }
});

function without(all: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> {
  return new Set([...all].filter((one) => !others.has(one)));
}

function placeholders(sentence: string): string[] {
  return [...new Set(sentence.match(/\{\d+\}/g) ?? [])].sort();
}

/** What is no language: targets of links, code in backticks, icons. */
function literals(sentence: string): string[] {
  return sentence.match(/\]\([^)]*\)|`[^`]+`|\$\([a-z-]+\)/g) ?? [];
}
