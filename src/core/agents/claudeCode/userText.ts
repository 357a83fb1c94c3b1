/**
 * What a `user` record's text really is. Claude Code writes a person's words, the slash commands they typed, what
 * commands printed, what other sessions sent, and its own reminders into the same kind of record, told apart only by
 * tags around the text or a fixed beginning.
 */
import { stripVTControlCharacters } from 'node:util';

export interface UserText {
  author: 'user' | 'system';
  block: { type: 'text' | 'notice'; text: string };
}

const commandTags = ['command-name', 'command-message', 'command-args', 'command-contents'];

/** Tags around what the program says; the caveat only tells the model to ignore the commands that follow it. */
const noticeTags = [
  'agent-message',
  'bash-stderr',
  'bash-stdout',
  'ide_diagnostics',
  'ide_opened_file',
  'ide_selection',
  'local-command-caveat',
  'local-command-stderr',
  'local-command-stdout',
  'system-reminder',
  'task-notification',
  'teammate-message',
  'user-prompt-submit-hook',
];

const tagAtStart = new RegExp(`^\\s*<(bash-input|${[...commandTags, ...noticeTags].join('|')})(?:\\s[^>]*)?>([\\s\\S]*?)</\\1>`);
/** Said before what another session sent; how the model is to take that follows, and is for nobody else. */
const peerAtStart = /^\s*Another Claude session sent a message:/;
const peerAdvice = /^\s*This came from another Claude session\b/;

const reminderAtEnd = /<system-reminder>(?:(?!<system-reminder>)[\s\S])*<\/system-reminder>\s*$/;

/** The parts of the text in order; empty when nothing of it is for a reader. */
export function readUserText(text: string): UserText[] {
  const parts: UserText[] = [];
  const command = new Map<string, string>();
  const peer = peerAtStart.exec(text);
  let rest = text.slice(peer?.[0].length ?? 0);
  for (let match = tagAtStart.exec(rest); match; match = tagAtStart.exec(rest)) {
    const [whole, tag = '', inner = ''] = match;
    rest = rest.slice(whole.length);
    if (commandTags.includes(tag)) {
      command.set(tag, inner.trim());
    } else if (tag === 'bash-input') {
      parts.push(part('user', 'text', `!${inner.trim()}`));
    } else if (tag !== 'local-command-caveat') {
      parts.push(part('system', 'notice', tag === 'task-notification' ? summaryOf(inner) : inner));
    }
  }
  const name = command.get('command-name');
  if (name !== undefined) {
    parts.unshift(typedCommand(name, command.get('command-args') ?? ''));
  }
  const reminder = reminderAtEnd.exec(rest);
  const words = reminder ? rest.slice(0, reminder.index) : rest;
  if (!peer) {
    parts.push(part('user', words.startsWith('[Request interrupted by user') ? 'notice' : 'text', words));
  } else if (!peerAdvice.test(words)) {
    parts.push(part('system', 'notice', words));
  }
  return parts.filter(({ block }) => block.text !== '');
}

/** A command with arguments is a request in the user's words; one without, such as `/clear`, only steers the program. */
function typedCommand(name: string, args: string): UserText {
  const command = name.startsWith('/') ? name : `/${name}`;
  return args === '' ? part('user', 'notice', command) : part('user', 'text', `${command} ${args}`);
}

function summaryOf(notification: string): string {
  return /<summary>([\s\S]*?)<\/summary>/.exec(notification)?.[1] ?? notification;
}

function part(author: UserText['author'], type: UserText['block']['type'], text: string): UserText {
  return { author, block: { type, text: stripVTControlCharacters(text).trim() } };
}
