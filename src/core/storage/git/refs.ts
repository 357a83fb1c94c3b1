/**
 * Where a vault lies among a remote's refs: `refs/convosync/<vault>/vault` (created once, replaced when a key slot
 * changes), and per writer `…/<writer>/log` and `…/<writer>/chunks`. Both grow: of a tree without a parent git would send
 * everything anew each time. When objects are taken away, the ref that held them begins anew without a parent, so that what
 * was before is in nobody's reach; `…/<writer>/former` is there for that moment alone (see `GitBackend.remove`). Few refs
 * for ever, since a server advertises every ref on every push.
 */
export const namespace = 'refs/convosync/';

export const vaultRef = (vault: string): string => `${namespace}${vault}/vault`;
export const logRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/log`;
/** Beside the log or the chunks of a writer. */
export const formerRef = (ref: string): string => ref.replace(/[^/]+$/, 'former');
export const chunksRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/chunks`;
