import * as z from 'zod';

/** One machine (or container, WSL, SSH host) that a person works on. Its id never enters a repository's tree. */
export const Device = z.object({
  id: z.string().regex(/^[0-9a-f]{8,64}$/),
  name: z.string().min(1).max(64),
  kind: z.enum(['desktop', 'laptop', 'phone', 'container', 'remote', 'unknown']),
});
export type Device = z.infer<typeof Device>;

const genericNames = /^(localhost|android|termux|pc|desktop|laptop|computer|ubuntu|debian|raspberrypi|unknown|user|(ip-)?[\d-]+|[0-9a-f]{12})$/i;

/** True for names that would not tell one machine of a person's from another: such a name is asked for. */
export function isGenericDeviceName(name: string): boolean {
  return genericNames.test(name.trim().replace(/\.(local|lan|localdomain|home)$/i, ''));
}

/** The first label of the host name, trimmed to what a person would call the machine; may still be generic. */
export function deviceNameFromHost(host: string): string {
  const name = (host.split('.')[0] ?? '').replace(/[^\p{L}\p{N} _-]/gu, '-').slice(0, 64).trim();
  return name === '' ? 'unknown' : name;
}
