import assert from 'node:assert/strict';
import { readMembers } from '../../../../src/core/storage/webdav/multistatus.ts';
import { coded } from '../../../conformance/storeSuite.ts';

const details = { store: 'https://dav.example.org/', object: 'log/' };
const read = (responses: string): ReturnType<typeof readMembers> => readMembers(Buffer.from(responses), details);
const file = (href: string, size: number): string => `<D:response><D:href>${href}</D:href><D:propstat><D:prop><lp1:resourcetype/><lp1:getcontentlength>${size}</lp1:getcontentlength></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`;
const folder = (href: string): string => `<D:response><D:href>${href}</D:href><D:propstat><D:prop><lp1:resourcetype><D:collection/></lp1:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`;
const answer = (...responses: string[]): string => `<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:" xmlns:lp1="DAV:">${responses.join('\n')}</D:multistatus>`;
const said = (responses: string): string[] => read(responses).map(({ name, isFolder, size }) => `${name}${isFolder ? '/' : ` ${size}`}`);

describe('a PROPFIND’s answer', () => {
  it('names what was asked about first, then what lies in it, whatever order the server has', () => {
    assert.deepEqual(said(answer(file('/dav/log/2', 20), folder('/dav/log/'), folder('/dav/log/deep/'), file('/dav/log/1', 10))), ['log/', '2 20', 'deep/', '1 10']);
  });

  it('is understood with whole addresses, and behind a server that knows itself by another path', () => {
    assert.deepEqual(said(answer(folder('https://inner:8080/srv/log/'), file('https://inner:8080/srv/log/1', 3))), ['log/', '1 3']);
  });

  it('is understood with any prefix, or none, and with encoded names', () => {
    const plain = '<multistatus xmlns="DAV:"><response><href>/a%20b/</href><propstat><prop><resourcetype><collection/></resourcetype></prop></propstat></response><response><href>/a%20b/gr%C3%BCn%20&amp;%20x</href><propstat><prop><resourcetype/><getcontentlength>7</getcontentlength><getlastmodified>Tue, 03 Mar 2026 09:00:00 GMT</getlastmodified></prop></propstat></response></multistatus>';
    assert.deepEqual(read(plain), [
      { name: 'a b', isFolder: true, size: 0, modified: NaN },
      { name: 'grün & x', isFolder: false, size: 7, modified: Date.parse('2026-03-03T09:00:00Z') },
    ]);
  });

  it('does not break at a name that cannot be decoded, and does not make up a size', () => {
    assert.deepEqual(said(answer(folder('/log/'), file('/log/100%', 1))), ['log/', '100% 1']);
    assert.ok(Number.isNaN(read(answer('<D:response><D:href>/x</D:href></D:response>'))[0]?.size));
  });

  it('that is a gateway’s page, or only half there, is no empty folder but worth another try', () => {
    const whole = answer(folder('/log/'), file('/log/1', 1));
    for (const broken of ['<html><body>Please sign in</body></html>', '<!doctype html><p>Please sign in', '', whole.slice(0, -20), `${whole}Internal Server Error`, 'OK']) {
      assert.throws(() => read(broken), coded('storage-transient'), broken);
    }
  });
});
