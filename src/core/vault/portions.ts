/** What is sent at once, in bytes: objects that nobody sees before their record may go ahead of it. */
const portionSize = 24 * 1024 * 1024;

/** Names by size, in their order, in portions that fit into memory; a larger one goes alone. */
export function portionsOf(sizes: ReadonlyMap<string, number>): string[][] {
  const portions: string[][] = [];
  let filled = portionSize;
  for (const [name, size] of sizes) {
    if (filled + size > portionSize) {
      portions.push([]);
      filled = 0;
    }
    portions.at(-1)?.push(name);
    filled += size;
  }
  return portions;
}
