/** Ids and commits as people read and type them. Any unambiguous prefix is accepted where an id is asked for. */

export function shortId(id: string): string {
  return id.slice(0, 8);
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
