import type { IconName } from '../../src/protocol/iconNames.ts';

/** A codicon, for the eye only: what it means is said in words beside it. */
export function Icon({ name, spin = false }: { name: IconName; spin?: boolean }) {
  return <span class={`codicon codicon-${name}${spin ? ' spin' : ''}`} aria-hidden="true" />;
}
