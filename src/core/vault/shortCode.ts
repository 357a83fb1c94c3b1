/**
 * Short codes that a person compares on two screens. Twelve characters are 60 bits, sixteen are 80: more than anybody can
 * search for the code of something else, since each guess costs a round of scrypt (8 MiB, tens of milliseconds). That is
 * what lets a code be short without the two screens talking to each other first.
 */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { keyedHash } from '../common/hash.ts';

/** Crockford's base 32: no letter looks like a digit, or like another letter. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 4;
const cost = 2 ** 13;

/**
 * `7Q2F-ZK0M-…`, so many groups of four characters.
 *
 * @param purpose keeps codes of one kind from ever being those of another
 */
export async function shortCode(purpose: string, groups: number, parts: readonly (Uint8Array | string)[]): Promise<string> {
  const digest = keyedHash(Buffer.from(purpose), ...parts);
  const length = groups * groupLength;
  const bytes = await promisify<string, string, number, { N: number; r: number; p: number }, Buffer>(scrypt)(digest, purpose, length, { N: cost, r: 8, p: 1 });
  const characters = [...bytes].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return Array.from({ length: groups }, (_, group) => characters.slice(group * groupLength, (group + 1) * groupLength)).join('-');
}

/** A code as a person typed it: in any case, with or without hyphens, and with the letters that Crockford reads as digits. */
export function readShortCode(typed: string): string {
  const characters = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return (characters.match(/.{1,4}/g) ?? []).join('-');
}
