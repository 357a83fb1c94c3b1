/**
 * A keychain lent to a process that was started for it, such as the editor's to the command line: secrets of the editor lie where no
 * other process can read them. The lender listens on a socket in a folder that is this user's alone (on Windows a named pipe),
 * whose address goes along in the environment with a password for it. One question a connection, and one line of JSON each way:
 * `{"password", "name"}` and `{"secret"}`, without it where there is none. Nothing can be kept through it.
 */
import { timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as z from 'zod';
import { randomId } from '../common/hash.ts';
import type { Keychain } from './keychain.ts';

/** The variable in which the address is handed on; it is a secret, and not for the processes that the borrower starts. */
export const lentKeys = 'CONVOSYNC_LENT_KEYS';

export interface LentKeychain {
  readonly address: string;
  /** What was lent is out of reach from then on. */
  close(): Promise<void>;
}

const Question = z.object({ password: z.string(), name: z.string().regex(/^[0-9A-Za-z-]+$/) });
const Answer = z.object({ secret: z.string().optional() });

const longestQuestion = 1_000;
/** Milliseconds for a question and its answer. */
const patience = 5_000;

export async function lendKeychain(keychain: Pick<Keychain, 'get'>, platform: NodeJS.Platform): Promise<LentKeychain> {
  const password = randomId(32);
  const folder = platform === 'win32' ? undefined : await mkdtemp(path.join(tmpdir(), 'convosync-keys-'));
  const place = folder === undefined ? `\\\\.\\pipe\\convosync-${randomId()}` : path.join(folder, 'socket');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    answer(keychain, password, socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(place, resolve);
  });
  server.unref();
  return {
    address: `${password}@${place}`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      if (folder !== undefined) {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function answer(keychain: Pick<Keychain, 'get'>, password: string, socket: Socket): Promise<void> {
  const question = Question.parse(JSON.parse(await textFrom(socket, longestQuestion)));
  const [given, wanted] = [Buffer.from(question.password), Buffer.from(password)];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new Error('This is not the one that the keychain was lent to.');
  }
  socket.end(JSON.stringify({ secret: await keychain.get(question.name) } satisfies z.infer<typeof Answer>));
}

/** @param address as `lendKeychain` gave it; once the lender has gone, everything is as locked */
export function borrowKeychain(address: string): Keychain {
  const at = address.indexOf('@');
  const [password, place] = [address.slice(0, at), address.slice(at + 1)];
  return {
    get: async (name) => {
      const socket = connect({ path: place, allowHalfOpen: true });
      socket.end(JSON.stringify({ password, name } satisfies z.infer<typeof Question>));
      try {
        return Answer.parse(JSON.parse(await textFrom(socket, Infinity))).secret;
      } catch {
        return undefined;
      }
    },
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  };
}

async function textFrom(socket: Socket, limit: number): Promise<string> {
  socket.setEncoding('utf8').setTimeout(patience, () => socket.destroy(new Error('Nothing was heard.')));
  let text = '';
  for await (const part of socket as AsyncIterable<string>) {
    text += part;
    if (text.length > limit) {
      throw new Error('This is too long for a question.');
    }
  }
  return text;
}
