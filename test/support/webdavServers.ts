/** Real WebDAV servers on loopback, each over a folder, with one person who may come in. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type Server, startServer } from './server.ts';

export const credentials = { user: 'ada', password: 'correct-horse' };

/** What is asked of each server: to serve `<folder>/root`, and to keep what it needs for itself beside it. */
export type StartWebdav = (folder: string) => Promise<Server>;

export const startLighttpd: StartWebdav = async (folder) => {
  prepareFolder(folder);
  return startServer('lighttpd', (port) => ['-D', '-f', configuration(folder, `
server.modules = ("mod_auth", "mod_authn_file", "mod_webdav")
server.document-root = "${folder}/root"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${folder}/log"
server.upload-dirs = ("${folder}/uploads")
webdav.activate = "enable"
webdav.is-readonly = "disable"
auth.backend = "plain"
auth.backend.plain.userfile = "${folder}/users"
auth.require = ("" => ("method" => "basic", "realm" => "sessions", "require" => "valid-user"))
`)]);
};

function prepareFolder(folder: string): void {
  mkdirSync(path.join(folder, 'root'), { recursive: true });
  mkdirSync(path.join(folder, 'uploads'), { recursive: true });
  writeFileSync(path.join(folder, 'users'), `${credentials.user}:${credentials.password}\n`);
}

function configuration(folder: string, text: string): string {
  const file = path.join(folder, 'server.conf');
  writeFileSync(file, text);
  return file;
}
