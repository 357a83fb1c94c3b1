/**
 * Where a vault lies among a remote's refs: `refs/convosync/<vault>/vault` (created once), and per writer
 * `…/<writer>/log` and `…/<writer>/chunks` (both grow: without a parent git would send all of a tree anew each time). Few refs for ever, since a
 * server advertises every ref on every push.
 */
export const namespace = 'refs/convosync/';

export const vaultRef = (vault: string): string => `${namespace}${vault}/vault`;
export const logRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/log`;
export const chunksRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/chunks`;
