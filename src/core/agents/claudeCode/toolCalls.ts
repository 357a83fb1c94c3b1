/** What a tool call says in one line, and which files it writes, from the input of Claude Code's own tools. */
import { oneLine } from '../oneLine.ts';

const summaryLength = 200;

/** Input fields that tell most about a call, by tool; for others, `commonFields` are tried in order. */
const tellingFields: Readonly<Record<string, readonly string[]>> = {
  Agent: ['description', 'prompt'],
  AskUserQuestion: ['question'],
  Bash: ['command'],
  BashOutput: ['bash_id'],
  Edit: ['file_path'],
  ExitPlanMode: ['plan'],
  Glob: ['pattern'],
  Grep: ['pattern'],
  KillShell: ['shell_id'],
  LS: ['path'],
  MultiEdit: ['file_path'],
  NotebookEdit: ['notebook_path'],
  Read: ['file_path'],
  SendMessage: ['summary', 'message'],
  Skill: ['skill', 'command'],
  Task: ['description', 'prompt'],
  TaskCreate: ['subject'],
  TaskOutput: ['task_id'],
  TaskStop: ['task_id'],
  ToolSearch: ['query'],
  WebFetch: ['url'],
  WebSearch: ['query'],
  Write: ['file_path'],
};

const commonFields = ['command', 'file_path', 'path', 'query', 'pattern', 'url', 'title', 'name', 'description', 'id'];

const writingTools: Readonly<Record<string, string>> = {
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  Write: 'file_path',
};

export function toolSummary(name: string, input: unknown): string {
  const fields = isRecord(input) ? input : {};
  if (name === 'TodoWrite' && Array.isArray(fields['todos'])) {
    return progressOf(fields['todos']);
  }
  if (name === 'TaskUpdate') {
    return oneLine(['taskId', 'status', 'subject'].map((field) => stringField(fields, field) ?? '').join(' '), summaryLength);
  }
  const telling = own(tellingFields, name) ?? commonFields;
  const found = telling.map((field) => stringField(fields, field)).find((value) => value !== undefined);
  return oneLine(found ?? Object.values(fields).find(isTelling) ?? '', summaryLength);
}

/** The path that the call names as its target, as it names it; empty for tools that write no file themselves. */
export function toolWrites(name: string, input: unknown): string[] {
  const field = own(writingTools, name);
  const path = field !== undefined && isRecord(input) ? stringField(input, field) : undefined;
  return path === undefined ? [] : [path];
}

/** Such as `2/5`: done of all. */
function progressOf(todos: readonly unknown[]): string {
  const done = todos.filter((todo) => isRecord(todo) && todo['status'] === 'completed').length;
  return `${done}/${todos.length}`;
}

function stringField(fields: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = fields[field];
  return isTelling(value) ? value : undefined;
}

function isTelling(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tool names come from the file, so `constructor` must not find what every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
