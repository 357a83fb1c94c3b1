#!/usr/bin/env node
// What `opencode import <file>` and `opencode session delete <id>` do to the database, as measured on 1.18.33: an import adds
// the messages that are not there, changes none that is, and gives the session the folder in which it runs.
import { mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [command, argument, id] = process.argv.slice(2);
const folder = path.join(process.env.HOME, '.local', 'share', 'opencode');
mkdirSync(folder, { recursive: true });
const database = new DatabaseSync(path.join(folder, 'opencode.db'));
database.exec(readFileSync(path.join(import.meta.dirname, 'schema.sql'), 'utf8'));
database.exec('PRAGMA foreign_keys = ON');
if (command === 'session') {
  database.prepare('DELETE FROM session WHERE id = ? OR parent_id = ?').run(id, id);
} else {
  const { info, messages } = JSON.parse(readFileSync(argument, 'utf8'));
  const now = Date.now();
  database.prepare(`INSERT INTO session (id, parent_id, slug, directory, title, version, cost, model, time_created, time_updated, summary_additions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET directory = excluded.directory, time_updated = ?`)
    .run(info.id, info.parentID ?? null, info.slug, process.cwd(), info.title, info.version, info.cost, JSON.stringify(info.model), info.time.created, info.time.updated, info.summary.additions, now);
  for (const { info: { id: message, sessionID, ...data }, parts } of messages) {
    database.prepare('INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?)').run(message, sessionID, data.time.created, now, JSON.stringify(data));
    for (const { id: part, messageID, sessionID: session, ...rest } of parts) {
      database.prepare('INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?)').run(part, messageID, session, now, now, JSON.stringify(rest));
    }
  }
}
database.close();
