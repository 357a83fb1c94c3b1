/**
 * The lines below a handoff's heading, one `**Key:** value` each, in the order in which the original plugin wrote them.
 * A line that says nothing readable (a time such as "yesterday", a key twice) ends the metadata and stays as text.
 */
import type { Handoff, HandoffMaker } from './handoff.ts';

export type Metadata = Pick<Handoff, 'at' | 'commit' | 'branch' | 'madeBy'>;

const makers: Readonly<Record<HandoffMaker, string>> = {
  transcript: 'ConvoSync from the conversation alone, without a language model',
  agent: 'the agent',
  editor: 'a language model of the editor',
  person: 'a person',
};

const utcOrOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

export function metadataLines(metadata: Metadata): string[] {
  const line = (key: string, value: string | undefined): string[] => (oneLine(value) === '' ? [] : [`**${key}:** ${oneLine(value)}`]);
  return [
    ...line('Timestamp', metadata.at),
    ...line('Commit', metadata.commit),
    ...line('Branch', metadata.branch),
    ...line('Made by', metadata.madeBy && makers[metadata.madeBy]),
  ];
}

/** Adds what the line says to `metadata`; false when it is not a metadata line, or says again what is known. */
export function readMetadataLine(line: string, metadata: Metadata): boolean {
  const match = /^(?:\*\*)?(timestamp|commit|branch|made by)(?:\*\*)?:(?:\*\*)?(?=\s)(.*)$/is.exec(line);
  const value = oneLine(match?.[2]);
  if (match === null || value === '') {
    return false;
  }
  const read = metadataValue(match[1]?.toLowerCase(), value);
  if (read === undefined || Object.keys(read).some((key) => key in metadata)) {
    return false;
  }
  Object.assign(metadata, read);
  return true;
}

function metadataValue(key: string | undefined, value: string): Metadata | undefined {
  switch (key) {
    case 'timestamp': {
      const time = utcOrOffset.test(value) ? Date.parse(value) : NaN;
      return Number.isNaN(time) ? undefined : { at: new Date(time).toISOString() };
    }
    case 'commit':
      return { commit: value };
    case 'branch':
      return { branch: value };
    default: {
      const maker = (Object.keys(makers) as HandoffMaker[]).find((name) => makers[name] === value);
      return maker && { madeBy: maker };
    }
  }
}

function oneLine(text: string | undefined): string {
  return (text ?? '').replace(/\s+/gu, ' ').trim();
}
