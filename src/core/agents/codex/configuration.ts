/**
 * Which provider of models Codex uses on this machine. It continues no conversation that names another one: neither one that
 * is not configured, nor one that is. Of `config.toml` only what says that is read, and not the rest of TOML.
 */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';

import { isMissing } from '../../common/files.ts';

const usual = 'openai';
const longString = /"""[\s\S]*?"""|'''[\s\S]*?'''/g;
const tableHeader = /^[ \t]*\[([^\n#]*)\][ \t]*(?:#.*)?$/m;

/** @throws what reading the file throws, when it is there */
export async function modelProvider(base: string): Promise<string> {
  return providerIn(await readOrNothing(path.join(base, 'config.toml')));
}

/** As the settings' top level says, unless the profile that they choose says otherwise, as older versions had it. */
export function providerIn(toml: string): string {
  const [top = '', ...tables] = toml.replaceAll('\r\n', '\n').replace(longString, '""').split(tableHeader);
  const profile = valueOf(top, 'profile');
  const header = tables.findIndex((name, index) => index % 2 === 0 && profile !== undefined && plainName(name) === `profiles.${profile}`);
  return (header === -1 ? undefined : valueOf(tables[header + 1] ?? '', 'model_provider')) ?? valueOf(top, 'model_provider') ?? usual;
}

function plainName(header: string): string {
  return header.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2')).join('.');
}

/** A string in quotes of either kind; undefined for anything else. */
function valueOf(table: string, key: string): string | undefined {
  const [, , basic, literal] = new RegExp(`^[ \\t]*(["']?)${key}\\1[ \\t]*=[ \\t]*(?:("(?:[^"\\\\\\n]|\\\\.)*")|'([^'\\n]*)')`, 'm').exec(table) ?? [];
  return basic === undefined ? literal : unescaped(basic);
}

/** Its escapes are JSON's, but for those of characters that no name has. */
function unescaped(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return '';
    }
    throw error;
  }
}
