/** Where in a command line a person stands who asks for a completion: what the next word would be. */
import type { Command, Option } from 'commander';

export type Expected =
  /** The value of an option, or an argument, by its name in the help, such as `id` or `file`. */
  | { kind: 'value'; name: string; choices: readonly string[]; option?: Option }
  | { kind: 'option' }
  /** The name of a verb. */
  | { kind: 'verb' };

export interface Position {
  /** The verb that has been typed so far, the program itself at first. */
  command: Command;
  /** Options of the verb and of those above it that have been given, with their values (empty for a switch); by the long name. */
  given: ReadonlyMap<string, string>;
  /** In the order in which they are to be offered; empty where nothing more is taken. */
  expected: readonly Expected[];
  /** What of the next word is typed already, without quotes. */
  typed: string;
  /** What stands before it in the same word: `--branch=`. */
  before: string;
}

/** @param words after the program's name, the last one is being typed and may be empty; quotes and backslashes as typed */
export function positionIn(program: Command, words: readonly string[]): Position {
  const typed = unquoted(words.at(-1) ?? '');
  const given = new Map<string, string>();
  let command = program;
  let args = 0;
  let onlyArguments = false;
  let waiting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (waiting) {
      // Bash takes the sign for a word.
      if (word !== '=') {
        given.set(waiting.long ?? '', unquoted(word));
        waiting = undefined;
      }
    } else if (!onlyArguments && word === '--') {
      onlyArguments = true;
    } else if (!onlyArguments && word.startsWith('-')) {
      const [name = '', value] = word.split(/=(.*)/s);
      const option = optionOf(command, name);
      if (option && value === undefined && !option.isBoolean()) {
        waiting = option;
      } else if (option) {
        given.set(option.long ?? '', unquoted(value ?? ''));
      }
    } else {
      const verb = args === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      command = verb ?? command;
      args = verb ? 0 : args + 1;
    }
  }
  const at = { command, given };
  if (waiting) {
    return { ...at, typed: typed === '=' ? '' : typed, before: '', expected: [valueOf(waiting)] };
  }
  const [, before = '', rest = ''] = /^(--[\w-]+=)(.*)$/s.exec(typed) ?? [];
  const assigned = onlyArguments || before === '' ? undefined : optionOf(command, before.slice(0, -1));
  if (assigned) {
    return { ...at, typed: rest, before, expected: [valueOf(assigned)] };
  }
  if (!onlyArguments && typed.startsWith('-')) {
    return { ...at, typed, before: '', expected: [{ kind: 'option' }] };
  }
  return { ...at, typed, before: '', expected: [...(args === 0 && command.commands.length > 0 ? [{ kind: 'verb' } as const] : []), ...argumentOf(command, args)] };
}

function argumentOf({ registeredArguments: declared }: Command, at: number): Expected[] {
  const argument = declared[at] ?? (declared.at(-1)?.variadic === true ? declared.at(-1) : undefined);
  return argument ? [{ kind: 'value', name: argument.name(), choices: argument.argChoices ?? [] }] : [];
}

function valueOf(option: Option): Expected {
  return { kind: 'value', name: /<([^>.]+)/.exec(option.flags)?.[1] ?? '', choices: option.argChoices ?? [], option };
}

/** The verb's own, else one that may stand before it. */
function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find((option) => option.long === name || option.short === name) ?? (command.parent ? optionOf(command.parent, name) : undefined);
}

function unquoted(word: string): string {
  return word.replace(/^["']|["']$/g, '').replace(/\\(.)/gs, '$1');
}
