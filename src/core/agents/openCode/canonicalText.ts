/** JSON that is the same for the same value: fields sorted, for an import writes them in another order than the program does. */

/** Where an id of the conversation's own stands in the text, its quotes included. */
export interface IdPlace {
  from: number;
  id: string;
}

/** Fields that name a session, message or part. */
const idFields = new Set(['id', 'parentID', 'messageID', 'sessionID', 'tail_start_id']);
/** What tools were asked and answered, and what was said, is nobody's but theirs. */
const saidFields = new Set(['state', 'text', 'metadata']);

/** @param ids is given the places, in the order of the text */
export function canonicalText(value: unknown, ids: IdPlace[] = []): string {
  let text = '';
  const write = (one: unknown, field: string, isSaid: boolean): void => {
    if (Array.isArray(one)) {
      text += '[';
      one.forEach((each, index) => {
        text += index === 0 ? '' : ',';
        write(each, '', isSaid);
      });
      text += ']';
    } else if (typeof one === 'object' && one !== null) {
      const fields = Object.entries(one).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
      text += '{';
      fields.forEach(([name, each], index) => {
        text += `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
        write(each, name, isSaid || saidFields.has(name));
      });
      text += '}';
    } else {
      if (typeof one === 'string' && !isSaid && idFields.has(field)) {
        ids.push({ from: text.length, id: one });
      }
      text += JSON.stringify(one ?? null);
    }
  };
  write(value, '', false);
  return text;
}
