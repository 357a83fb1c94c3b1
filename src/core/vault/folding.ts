/**
 * Folding: a file that grows by small saves is not left in as many small chunks. Of the chunks that are not full so many
 * may be loose; one more, and the newest are encoded again as one with what is new, back to the first that is larger than
 * all after it. So a conversation of any age is read with few reads, and its text is sent again ever more rarely: chunks
 * grow as they are folded, until they are full and stay. Sent in all, in bytes of text, by loose chunks allowed:
 *
 *     saves      8     10     11     12     14
 *        20   1.75   1.50   1.55   1.60   1.70
 *       200   3.38   2.63   2.81   2.69   2.47
 *     1,000   4.47   3.66   3.60   3.58   3.45
 */
export const chunkSize = 4 * 1024 * 1024;

/** From this size on a chunk is never folded again, and leans on nothing: reading may begin there. */
export const fullSize = chunkSize / 2;

/** With a full chunk before them and a manifest that leans on another, a conversation is 13 reads. */
export const maxLoose = 10;

/** The index of the first chunk that is encoded again, together with so many bytes more; the number of chunks for none. */
export function foldFrom(sizes: readonly number[], added: number): number {
  const firstLoose = sizes.findLastIndex((size) => size >= fullSize) + 1;
  let at = sizes.length;
  let size = added;
  if (at - firstLoose >= maxLoose) {
    do {
      at -= 1;
      size += sizes[at] ?? 0;
    } while (at > firstLoose && (sizes[at - 1] ?? 0) <= size);
  }
  // What becomes a full chunk takes all before it along: loose ones in front of it would stay for ever.
  return size >= fullSize ? firstLoose : at;
}
