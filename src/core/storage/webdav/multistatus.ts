/** The answer to a PROPFIND (RFC 4918, sections 9.1 and 13). */
import { type CallDetails, decodePart } from '../http.ts';
import { elements, parseXml, textOf } from '../xml.ts';

export interface Member {
  /** The last part of its path, decoded. */
  name: string;
  isFolder: boolean;
  /** In bytes; 0 for a folder. */
  size: number;
  /** Milliseconds by the server's clock; NaN where it does not say. */
  modified: number;
}

export const propfindBody = Buffer.from('<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>');

/**
 * What was asked about first, then what lies in it. A server behind another may know itself by a different path, so the
 * shortest path is taken for the one that was asked about.
 */
export function readMembers(body: Uint8Array, details: CallDetails): Member[] {
  const found = elements(parseXml(body, 'multistatus', details), 'response').map((response) => {
    const parts = pathOf(textOf(response, 'href') ?? '').split('/').filter((part) => part !== '');
    const isFolder = elements(response, 'resourcetype').some((type) => elements(type, 'collection').length > 0);
    return {
      depth: parts.length,
      name: decodePart(parts.at(-1) ?? ''),
      isFolder,
      size: isFolder ? 0 : Number(textOf(response, 'getcontentlength') ?? NaN),
      modified: Date.parse(textOf(response, 'getlastmodified') ?? ''),
    };
  });
  return found.sort((a, b) => a.depth - b.depth).map(({ name, isFolder, size, modified }) => ({ name, isFolder, size, modified }));
}

/** Servers say a path or a whole address. */
function pathOf(href: string): string {
  return href.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
}
