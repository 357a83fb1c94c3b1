/**
 * Where a vault lies among a remote's refs: `refs/convosync/<vault>/vault` (created once), and per writer
 * `…/<writer>/log` (one parentless commit, replaced) and `…/<writer>/chunks` (grows). Few refs for ever, since a
 * server advertises every ref on every push.
 */
export const namespace = 'refs/convosync/';

export const vaultRef = (vault: string): string => `${namespace}${vault}/vault`;
export const logRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/log`;
export const chunksRef = (vault: string, writer: string): string => `${namespace}${vault}/${writer}/chunks`;
export const probeRef = (vault: string): string => `${namespace}${vault}/probe`;

/** The vault that a ref belongs to, or undefined for a ref that is not ours. */
export function vaultOf(ref: string): string | undefined {
  return /^refs\/convosync\/([0-9a-f]{8,64})\//.exec(ref)?.[1];
}

/** Whether a fetch refspec such as `+refs/*:refs/*` would catch `ref`. */
export function refspecMatches(refspec: string, ref: string): boolean {
  const source = refspec.replace(/^[+^]/, '').split(':')[0] ?? '';
  const [before, after] = source.split('*');
  return after === undefined ? source === ref : ref.length >= source.length - 1 && ref.startsWith(before ?? '') && ref.endsWith(after);
}
