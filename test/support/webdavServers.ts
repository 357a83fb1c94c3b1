/** Real WebDAV servers on loopback, each over a folder, with one person who may come in. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { run } from './run.ts';
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

export const startApache: StartWebdav = async (folder) => {
  prepareFolder(folder);
  await run('htpasswd', ['-bc', path.join(folder, 'users'), credentials.user, credentials.password]);
  const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic', 'dav', 'dav_fs'];
  return startServer('apache2', (port) => ['-X', '-f', configuration(folder, `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/log
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
User ${unprivileged}
Group ${unprivileged}
DocumentRoot ${folder}/root
DavLockDB ${folder}/uploads/locks
<Directory ${folder}/root>
  Dav On
  AuthType Basic
  AuthName sessions
  AuthUserFile ${folder}/users
  Require valid-user
</Directory>
`)]);
};

export const startNginx: StartWebdav = async (folder) => {
  prepareFolder(folder);
  await run('htpasswd', ['-bc', path.join(folder, 'users'), credentials.user, credentials.password]);
  return startServer('nginx', (port) => ['-c', configuration(folder, `
load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
user ${unprivileged};
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/log;
events {}
http {
  access_log off;
  client_max_body_size 64m;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/uploads/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/root;
    auth_basic sessions;
    auth_basic_user_file ${folder}/users;
    location / {
      dav_methods PUT DELETE MKCOL COPY MOVE;
      dav_ext_methods PROPFIND OPTIONS;
      create_full_put_path on;
    }
  }
}
`)]);
};

export const startRclone: StartWebdav = async (folder) => {
  prepareFolder(folder);
  return startServer('rclone', (port) => ['serve', 'webdav', path.join(folder, 'root'), '--config', path.join(folder, 'none'), '--addr', `127.0.0.1:${port}`, '--user', credentials.user, '--pass', credentials.password]);
};

/** Whom servers become that do not want to be root. */
const unprivileged = 'www-data';

function prepareFolder(folder: string): void {
  mkdirSync(path.join(folder, 'root'), { recursive: true });
  mkdirSync(path.join(folder, 'uploads'), { recursive: true });
  for (const name of ['', 'root', 'uploads']) {
    chmodSync(path.join(folder, name), 0o777);
  }
  writeFileSync(path.join(folder, 'users'), `${credentials.user}:${credentials.password}\n`);
}

function configuration(folder: string, text: string): string {
  const file = path.join(folder, 'server.conf');
  writeFileSync(file, text);
  return file;
}
