/** Questions between assistant and user: those that were answered in a dialog, and those that nobody answered yet. */
import * as z from 'zod';
import type { Message } from '../message.ts';
import { assistantWords, sentences, userWords, withoutPastes } from './spoken.ts';
import type { Statement } from './statements.ts';
import type { ToolUse } from './toolUse.ts';

const dialogInput = z.looseObject({ questions: z.array(z.looseObject({ question: z.string() })) });

/** `question — answer`, one for each question of an answered dialog. */
export function dialogAnswers(calls: readonly ToolUse[]): Statement[] {
  return calls.filter(({ result }) => result?.failed === false).flatMap(({ index, input, result }) =>
    dialogQuestions(input).flatMap((question): Statement[] => {
      const answer = answerTo(question, result?.text ?? '');
      return answer === undefined ? [] : [{ index, text: `${question} — ${answer}` }];
    }));
}

/** Of the assistant's last words, when the user has said nothing after them; and of a dialog left open. */
export function openQuestions(messages: readonly Message[], calls: readonly ToolUse[]): string[] {
  const lastRequest = userWords(messages).at(-1)?.index ?? -1;
  const open = calls.filter(({ index, result, sidechain }) => result === undefined && !sidechain && index > lastRequest);
  const last = assistantWords(messages).at(-1);
  const asked = last && last.index > lastRequest ? sentences(withoutPastes(last.text)).filter((sentence) => /[?？؟]["'*_)\]]*$/.test(sentence)) : [];
  return [...new Set([...asked.slice(-3), ...open.flatMap(({ input }) => dialogQuestions(input))])];
}

function dialogQuestions(input: unknown): string[] {
  return dialogInput.safeParse(input).data?.questions.map(({ question }) => question) ?? [];
}

/** Claude Code reports answers as `"question"="answer"`, separated by commas. */
function answerTo(question: string, text: string): string | undefined {
  const start = text.indexOf(`"${question}"="`);
  return start === -1 ? undefined : /^[^]*?(?="(?:[,.\s]|$))/.exec(text.slice(start + question.length + 4))?.[0];
}
