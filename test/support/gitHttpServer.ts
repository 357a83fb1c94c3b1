/**
 * A Git server on loopback: `git http-backend`, Git's own CGI program, behind node:http. Serves every repository below
 * a folder, for fetch and push.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';

export interface GitHttpServerOptions {
  /** `<folder>/pizza.git` is served as `<url>/pizza.git`. */
  folder: string;
  /** Asked of everyone, by basic authentication; without it anybody may push. */
  credentials?: { user: string; password: string };
}

export interface GitHttpServer {
  /** `http://127.0.0.1:<port>`, without credentials. */
  url: string;
  /** Every request, as `GET /pizza.git/info/refs?service=git-upload-pack`. */
  requests: readonly string[];
  /** While true, every connection is cut before an answer. */
  broken: boolean;
  /** Cuts the connections that are open now; what git has begun goes on. */
  dropConnections: () => void;
  stop: () => Promise<void>;
}

export async function startGitHttpServer(options: GitHttpServerOptions): Promise<GitHttpServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (handle.broken) {
      request.socket.destroy();
    } else if (isAllowed(request, options)) {
      serve(request, response, options.folder);
    } else {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const handle: GitHttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    broken: false,
    dropConnections: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return handle;
}

function isAllowed(request: IncomingMessage, { credentials }: GitHttpServerOptions): boolean {
  if (credentials === undefined) {
    return true;
  }
  const wanted = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return request.headers.authorization === `Basic ${wanted}`;
}

function serve(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const program = spawn('git', ['-c', 'http.receivepack=true', '-c', 'safe.directory=*', 'http-backend'], {
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      // Absent for chunked bodies, which the program reads to their end.
      CONTENT_LENGTH: request.headers['content-length'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: 'git',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.on('error', () => program.kill()).pipe(program.stdin).on('error', () => request.resume());
  program.once('error', () => response.destroy());
  void answerFromCgi(program.stdout, response).catch(() => response.destroy());
}

/** A CGI answer is header lines, an empty line and the body; a `Status` header stands for the status line. */
async function answerFromCgi(output: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0);
  for await (const chunk of output) {
    if (response.headersSent) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      const headers = new Headers(head.toString('latin1', 0, end).split('\r\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      const status = Number.parseInt(headers.get('status') ?? '200', 10);
      headers.delete('status');
      response.writeHead(status, Object.fromEntries(headers));
      response.write(head.subarray(end + 4));
    }
  }
  if (!response.headersSent) {
    response.writeHead(500);
  }
  response.end();
}
