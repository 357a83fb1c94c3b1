/** The text of a PDF as Chromium prints one, without white space: by the tables that its fonts carry for who copies text out of it. */
import { inflateSync } from 'node:zlib';

export function pdfText(pdf: Uint8Array): string {
  const objects = readObjects(Buffer.from(pdf).toString('latin1'));
  const tables = new Map<string, ReadonlyMap<string, string>>();
  for (const [id, { head }] of objects) {
    const table = objects.get(/\/ToUnicode (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream;
    if (table !== undefined) {
      tables.set(id, readTable(table));
    }
  }
  const fonts = new Map([...objects.values()].flatMap(({ head }) => [...head.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => [name, tables.get(id)] as const)));
  return [...objects.values()].map(({ stream }) => (stream === undefined ? '' : textOf(stream, fonts))).join('').replace(/\s/g, '');
}

export function pagesOf(pdf: Uint8Array): number {
  return [...Buffer.from(pdf).toString('latin1').matchAll(/\/Type \/Page\b(?!s)/g)].length;
}

function readObjects(source: string): Map<string, { head: string; stream?: string }> {
  return new Map([...source.matchAll(/(?:^|\n)(\d+) 0 obj\n([^]*?)\nendobj/g)].map(([, id = '', body = '']) => {
    const [, head = body, raw] = /^([^]*?)\sstream\n([^]*)\nendstream$/.exec(body) ?? [];
    return [id, { head, ...(raw === undefined ? {} : { stream: head.includes('/FlateDecode') ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw }) }];
  }));
}

function readTable(source: string): Map<string, string> {
  const table = new Map<string, string>();
  for (const [, block = ''] of source.matchAll(/beginbfchar\n([^]*?)endbfchar/g)) {
    for (const [, glyph = '', text = ''] of block.matchAll(/<(\w+)> <(\w+)>/g)) {
      table.set(glyph, unicode(text));
    }
  }
  for (const [, block = ''] of source.matchAll(/beginbfrange\n([^]*?)endbfrange/g)) {
    for (const [, first = '', last = '', text = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let glyph = parseInt(first, 16); glyph <= parseInt(last, 16); glyph++) {
        const code = parseInt(text, 16) + glyph - parseInt(first, 16);
        table.set(hex(glyph), unicode(hex(code)));
      }
    }
  }
  return new Map([...table].map(([glyph, text]) => [glyph.toLowerCase(), text]));
}

function textOf(stream: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string> | undefined>): string {
  let font: ReadonlyMap<string, string> | undefined;
  let text = '';
  for (const [, name, glyphs] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
    if (name !== undefined) {
      font = fonts.get(name);
    } else {
      text += (glyphs?.match(/.{4}/g) ?? []).map((glyph) => font?.get(glyph.toLowerCase()) ?? '').join('');
    }
  }
  return text;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

function unicode(text: string): string {
  return Buffer.from(text, 'hex').swap16().toString('utf16le');
}
