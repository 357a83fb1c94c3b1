/** The state of search box and chips, and what the list is narrowed to by them. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { usePage } from './context.ts';
import type { Kind } from './search.ts';
import { isNarrowed, isOfKind, kinds, narrowed, patternOf } from './search.ts';
import type { Message } from './timeline.ts';
import { toggled } from './toggled.ts';
import { isCut } from './whole.ts';

const typingPause = 120;
const none: ReadonlySet<number> = new Set();

export function useNarrowing(messages: readonly Message[]) {
  const { host, conversation, narrowing: kept } = usePage();
  const [typed, setTyped] = useState(kept.typed);
  const [words, setWords] = useState(kept.typed.trim());
  const [chosen, setChosen] = useState(kept.chosen);
  const [foundByHost, setFoundByHost] = useState(none);
  const [problem, setProblem] = useState<string | undefined>();
  const hasCut = useMemo(() => messages.some(hasCutParts), [messages]);

  useEffect(() => {
    Object.assign(kept, { typed, chosen });
    host.keep({ typed, kinds: [...chosen] });
  }, [typed, chosen]);

  useEffect(() => {
    const timer = setTimeout(() => setWords(typed.trim()), typed === '' ? 0 : typingPause);
    return () => clearTimeout(timer);
  }, [typed]);

  useEffect(() => {
    setFoundByHost(none);
    setProblem(undefined);
    if (words === '' || !hasCut) return;
    let current = true;
    void host.ask({ type: 'search', conversation, words }).then((answer) => {
      if (!current) return;
      if (answer.type === 'found') setFoundByHost(new Set(answer.rows));
      else setProblem(answer.type === 'refused' ? answer.message : '');
    });
    return () => {
      current = false;
    };
  }, [words, hasCut]);

  const pattern = useMemo(() => patternOf(words), [words]);
  const narrowing = { kinds: chosen, words, foundByHost };
  const shown = useMemo(() => narrowed(messages, narrowing), [messages, chosen, words, foundByHost]);
  const counts = useMemo(() => countsOf(messages), [messages]);
  const toggleKind = (kind: Kind) => setChosen((before) => toggled(before, kind));
  const clear = () => {
    setTyped('');
    setChosen(new Set());
  };
  return { typed, setTyped, clear, chosen, toggleKind, counts, pattern, foundByHost, problem, shown, isNarrowed: isNarrowed(narrowing), words };
}

function hasCutParts({ row, results }: Message): boolean {
  return row.blocks.some((block) => {
    const result = block.type === 'toolCall' ? results.get(block.callId)?.result : undefined;
    return (block.type !== 'image' && isCut(block)) || (result !== undefined && isCut(result));
  });
}

function countsOf(messages: readonly Message[]): Record<Kind, number> {
  const counts: Record<Kind, number> = { people: 0, assistant: 0, tools: 0, files: 0, errors: 0 };
  for (const message of messages) {
    for (const kind of kinds) if (isOfKind(message, kind)) counts[kind]++;
  }
  return counts;
}
