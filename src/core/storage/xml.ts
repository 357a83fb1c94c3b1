/** The little of XML that WebDAV and S3 answer with: elements by their local name, whatever prefix a server gives them. */
import { SaxesParser } from 'saxes';
import { ConvoSyncError } from '../common/errors.ts';
import type { CallDetails } from './http.ts';

export interface XmlElement {
  name: string;
  children: XmlElement[];
  /** Its own text and that of the elements in it. */
  text: string;
}

/**
 * The document's element, which has to have that name. Throws `storage-transient` for anything else: a page of some
 * gateway in between, or half an answer.
 */
export function parseXml(bytes: Uint8Array, name: string, details: CallDetails): XmlElement {
  const document: XmlElement = { name: '', children: [], text: '' };
  const open = [document];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ local }) => {
    const element: XmlElement = { name: local, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (text: string): void => open.forEach((element) => {
    element.text += text;
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => void open.pop());
  try {
    parser.write(Buffer.from(bytes).toString('utf8')).close();
  } catch (error) {
    throw unexpected(details, error);
  }
  const [root] = document.children;
  if (root?.name !== name) {
    throw unexpected(details);
  }
  return root;
}

function unexpected(details: CallDetails, cause?: unknown): ConvoSyncError {
  return new ConvoSyncError('storage-transient', 'The store’s answer is not what it should be.', { cause, details: { ...details, remote: details.store } });
}

/** Every element of that name, at any depth, in document order. */
export function elements(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elements(child, name)]);
}

/** Text of the first element of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return elements(element, name)[0]?.text.trim();
}
