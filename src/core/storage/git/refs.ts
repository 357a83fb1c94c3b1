/**
 * Where a vault lies among a remote's refs: `<namespace><vault>/vault` (created once, replaced when a key slot changes),
 * and per writer `…/<writer>/log` and `…/<writer>/chunks`. Both grow: of a tree without a parent git would send everything
 * anew each time. When objects are taken away, the ref that held them begins anew without a parent, so that what was before is
 * in nobody's reach; `…/<writer>/former` is there for that moment alone (see `GitBackend.remove`), and one that was left
 * goes at the next. Few refs for ever, since
 * a server advertises every ref on every push.
 *
 * The namespace is one of ConvoSync's own, of which a clone or fetch brings nothing. Some hosts take branches alone: there, and
 * only when a person chose so, a vault lies among the branches. A reader finds it in either.
 */
export const namespaces = { own: 'refs/convosync/', branches: 'refs/heads/convosync/' } as const;

export type Namespace = keyof typeof namespaces;

const byPreference: readonly Namespace[] = ['own', 'branches'];

/** What the refs of a vault begin with. */
export const rootOf = (namespace: Namespace, vault: string): string => `${namespaces[namespace]}${vault}/`;

export const vaultRef = (root: string): string => `${root}vault`;
export const logRef = (root: string, writer: string): string => `${root}${writer}/log`;
/** Beside the log or the chunks of a writer. */
export const formerRef = (ref: string): string => ref.replace(/[^/]+$/, 'former');
export const isFormer = (root: string, ref: string): boolean => ref.startsWith(root) && ref.endsWith('/former');
export const chunksRef = (root: string, writer: string): string => `${root}${writer}/chunks`;

const id = '[0-9a-f]{8,64}';
const vaultRefShape = new RegExp(`^refs/(?:heads/)?convosync/(${id})/vault$`);
const ownShape = new RegExp(`^refs/(heads/)?convosync/${id}/(vault|${id}/(log|chunks|former))$`);

/** Whether a ref is part of a vault; a branch of the user's may well be called `convosync/…`. */
export function isOfVault(ref: string): boolean {
  return ownShape.test(ref);
}

/** Whether a ref is a branch of the user's, which our pushes move as the user's own would. */
export function isCode(ref: string): boolean {
  return ref.startsWith('refs/heads/') && !isOfVault(ref);
}

/** The vaults among refs, by id. */
export function vaultsAmong(refs: Iterable<string>, namespace?: Namespace): string[] {
  const prefix = namespace === undefined ? '' : namespaces[namespace];
  const found = [...refs].flatMap((ref) => (ref.startsWith(prefix) ? (vaultRefShape.exec(ref)?.[1] ?? []) : []));
  return [...new Set(found)].sort();
}

/** Where refs show a vault; undefined where they do not. In both after it was moved from branches: then it goes on in refs of its own. */
export function namespaceAmong(refs: ReadonlyMap<string, unknown>, vault: string): Namespace | undefined {
  return byPreference.find((namespace) => refs.has(vaultRef(rootOf(namespace, vault))));
}
