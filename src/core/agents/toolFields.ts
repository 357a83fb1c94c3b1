/** What the input of a tool call tells in one line, and which files it names, by tables of an agent's own tools. */
import { oneLine } from './oneLine.ts';

const summaryLength = 200;

/** Tried in order for a tool that is in no table. */
const commonFields = ['command', 'file_path', 'path', 'query', 'pattern', 'url', 'title', 'name', 'description', 'id'];

/** By tool, the fields of its input that tell most, the first that is there. */
export type FieldsByTool = Readonly<Record<string, readonly string[]>>;

export function summaryByFields(name: string, input: unknown, telling: FieldsByTool): string {
  const fields = fieldsOf(input);
  const found = (own(telling, name) ?? commonFields).map((field) => stringField(fields, field)).find((value) => value !== undefined);
  return summaryLine(found ?? Object.values(fields).find(isTelling) ?? '');
}

export function summaryLine(text: string): string {
  return oneLine(text, summaryLength);
}

/** What the call names in the first field that is there, as it names it; empty for a tool that is not in the table. */
export function namedByFields(name: string, input: unknown, naming: FieldsByTool): string[] {
  const named = own(naming, name)?.map((field) => stringField(fieldsOf(input), field)).find((value) => value !== undefined);
  return named === undefined ? [] : [named];
}

/** Such as `2/5`: done of all. */
export function progressOf(todos: readonly unknown[]): string {
  return `${todos.filter((todo) => fieldsOf(todo)['status'] === 'completed').length}/${todos.length}`;
}

/** None for what is no object. */
export function fieldsOf(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : {};
}

/** Undefined for what says nothing. */
export function stringField(fields: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = fields[field];
  return isTelling(value) ? value : undefined;
}

function isTelling(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Tool names come from the file, so `constructor` must not find what every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
