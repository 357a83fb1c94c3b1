/**
 * The rows of a session as the files that a session of ours holds, and as the document that `opencode import` takes. Rows
 * name the machine in a few places that an import sets anew (project, path); those are left out, and so is when the row was
 * last written, which an import changes.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import { tryParseObject } from '../jsonValues.ts';
import { canonicalText } from './canonicalText.ts';
import { logicalNames } from './store.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

export interface SessionRow {
  id: string;
  directory: string;
  title: string;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** Those that are no sub-agent's. */
export function listSessions(database: DatabaseSync): SessionRow[] {
  return database.prepare('SELECT id, directory, title, time_updated FROM session WHERE parent_id IS NULL ORDER BY time_updated DESC').all().map(sessionRow);
}

export function findSession(database: DatabaseSync, id: string): SessionRow | undefined {
  const row = database.prepare('SELECT id, directory, title, time_updated FROM session WHERE id = ?').get(id);
  return row && sessionRow(row);
}

function sessionRow(row: Row): SessionRow {
  return { id: textOf(row['id']), directory: textOf(row['directory']), title: textOf(row['title']), modified: Number(row['time_updated']) };
}

/** The session, its sub-agents, and theirs. */
export function familyOf(database: DatabaseSync, id: string): string[] {
  const family = [id];
  const children = database.prepare('SELECT id FROM session WHERE parent_id = ? ORDER BY id');
  for (const member of family) {
    family.push(...children.all(member).map((row) => textOf(row['id'])).filter((child) => !family.includes(child)));
  }
  return family;
}

/** Another text whenever anything of the session or its sub-agents was written since; undefined where there is none. */
export function fingerprint(database: DatabaseSync, id: string): string | undefined {
  if (!findSession(database, id)) {
    return undefined;
  }
  const written = (table: string): string => `(SELECT count(*) || ' ' || coalesce(max(time_updated), 0) || ' ' || coalesce(sum(time_updated), 0) FROM ${table} WHERE session_id = session.id)`;
  const one = database.prepare(`SELECT id || ' ' || directory || ' ' || title || ' ' || time_updated || ' ' || ${written('message')} || ' ' || ${written('part')} AS print FROM session WHERE id = ?`);
  return familyOf(database, id).map((member) => textOf(one.get(member)?.['print'])).join('\n');
}

export interface FileText {
  /** Logical name. */
  path: string;
  text: string;
}

export function filesFromRows(database: DatabaseSync, id: string): FileText[] {
  return familyOf(database, id).flatMap((member) => {
    const names = logicalNames(member === id ? undefined : member);
    return [{ path: names.transcript, text: transcriptOf(database, member) }, { path: names.session, text: `${canonicalText(infoOf(database, member))}\n` }];
  });
}

export function transcriptOf(database: DatabaseSync, id: string): string {
  const parts = Map.groupBy(database.prepare('SELECT id, message_id, data FROM part WHERE session_id = ? ORDER BY id').all(id), (row) => textOf(row['message_id']));
  const messages = database.prepare('SELECT id, data FROM message WHERE session_id = ? ORDER BY time_created, id').all(id);
  const record = (row: Row): object => ({ id: textOf(row['id']), data: tryParseObject(textOf(row['data'])) });
  return messages.map((row) => `${canonicalText({ sessionID: id, ...record(row), parts: (parts.get(textOf(row['id'])) ?? []).map(record) })}\n`).join('');
}

/** Columns by the names that the program gives the fields; what it keeps as JSON is a value. */
const columns: Readonly<Record<string, string>> = {
  id: 'id', parent_id: 'parentID', slug: 'slug', directory: 'directory', title: 'title', version: 'version', agent: 'agent',
  model: 'model', metadata: 'metadata', revert: 'revert', permission: 'permission', cost: 'cost',
};
const jsonColumns = new Set(['model', 'metadata', 'revert', 'permission']);

function infoOf(database: DatabaseSync, id: string): object {
  const row = database.prepare('SELECT * FROM session WHERE id = ?').get(id) ?? {};
  const fields = Object.entries(columns).flatMap(([column, field]) => {
    const value = row[column] ?? null;
    return value === null ? [] : [[field, jsonColumns.has(column) ? (JSON.parse(textOf(value)) as unknown) : value] as const];
  });
  const count = (column: string): number => Number(row[column] ?? 0);
  return {
    ...Object.fromEntries(fields),
    summary: { additions: count('summary_additions'), deletions: count('summary_deletions'), files: count('summary_files') },
    tokens: {
      input: count('tokens_input'), output: count('tokens_output'), reasoning: count('tokens_reasoning'),
      cache: { read: count('tokens_cache_read'), write: count('tokens_cache_write') },
    },
    time: { created: count('time_created') },
  };
}

export interface MessageLine {
  id: string;
  data: Readonly<Record<string, unknown>>;
  parts: readonly { id: string; data: Readonly<Record<string, unknown>> }[];
}

/** @param session what `session.json` says */
export function importDocument(session: Readonly<Record<string, unknown>>, messages: readonly MessageLine[]): string {
  const sessionID = session['id'];
  const created = Number((session['time'] as { created?: unknown } | undefined)?.created ?? 0);
  const times = messages.map(({ data }) => Number((data['time'] as { created?: unknown } | undefined)?.created ?? 0));
  return JSON.stringify({
    // Project and path are those of the folder in which it is imported.
    info: { ...session, projectID: 'global', path: '', time: { created, updated: times.reduce((latest, time) => Math.max(latest, time), created) } },
    messages: messages.map(({ id, data, parts }) => ({
      info: { ...data, id, sessionID },
      parts: parts.map((part) => ({ ...part.data, id: part.id, sessionID, messageID: id })),
    })),
  });
}

function textOf(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : String(value ?? '');
}
