/**
 * The agent's to-do list, replayed from its tool calls. Agents keep one in two ways: whole lists that replace each other
 * (`todos` of TodoWrite, `plan` of update_plan), or tasks that are created and updated one by one.
 */
import * as z from 'zod';
import type { ToolUse } from './toolUse.ts';

export interface Todo {
  text: string;
  status: 'done' | 'in progress' | 'open';
}

const item = z.looseObject({ status: z.string(), content: z.string().optional(), description: z.string().optional(), step: z.string().optional() });
const listInput = z.union([
  z.looseObject({ todos: z.array(item) }).transform(({ todos }) => todos),
  z.looseObject({ plan: z.array(item) }).transform(({ plan }) => plan),
]);
const createInput = z.looseObject({ subject: z.string() });
const updateInput = z.looseObject({ taskId: z.coerce.string(), status: z.string().optional(), subject: z.string().optional() });

/** In the order in which they came up. What was done stays, also when a later list no longer names it. */
export function readTodos(calls: readonly ToolUse[]): Todo[] {
  let todos = new Map<string, Todo>();
  let tasks = 0;
  for (const call of calls.filter(({ result }) => result?.failed !== true)) {
    const list = listInput.safeParse(call.input);
    if (list.success) {
      const listed = list.data.filter(isMeant).map((each): Todo => ({ text: textOf(each), status: statusOf(each.status) }));
      const kept = [...todos].filter(([key, todo]) => key.startsWith('task ') || todo.status === 'done');
      todos = new Map([...kept, ...listed.map((todo) => [`item ${todo.text}`, todo] as const)]);
    } else if (call.name === 'TaskCreate') {
      const created = createInput.safeParse(call.input);
      tasks += 1;
      if (created.success) {
        todos.set(`task ${/^Task #(\S+) /.exec(call.result?.text ?? '')?.[1] ?? tasks}`, { text: created.data.subject, status: 'open' });
      }
    } else if (call.name === 'TaskUpdate') {
      updateTask(todos, call.input);
    }
  }
  return [...todos.values()];
}

function updateTask(todos: Map<string, Todo>, input: unknown): void {
  const update = updateInput.safeParse(input);
  const key = `task ${update.data?.taskId ?? ''}`;
  const task = todos.get(key);
  if (update.data?.status === 'deleted' || update.data?.status === 'cancelled') {
    todos.delete(key);
  } else if (update.success && task) {
    const { status, subject } = update.data;
    todos.set(key, { text: subject ?? task.text, status: status === undefined ? task.status : statusOf(status) });
  }
}

function isMeant(listed: z.infer<typeof item>): boolean {
  return listed.status !== 'cancelled' && textOf(listed).trim() !== '';
}

function textOf({ content, description, step }: z.infer<typeof item>): string {
  return content ?? description ?? step ?? '';
}

function statusOf(status: string): Todo['status'] {
  switch (status.toLowerCase()) {
    case 'completed':
    case 'done':
      return 'done';
    case 'in_progress':
    case 'in-progress':
      return 'in progress';
    default:
      return 'open';
  }
}
