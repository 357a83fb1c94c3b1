/**
 * Which vault belongs to which place. A place is a remote (its normalised address) or, without a remote, the repository
 * itself, or a store that is used instead; the registry in this home remembers the choice.
 */
import * as path from 'node:path';
import * as z from 'zod';
import { readDocument, writeDocument } from '../home/document.ts';
import type { Home } from '../home/home.ts';

const Registry = z.object({
  v: z.literal(1),
  places: z.record(z.string(), z.string()),
  /** Addresses of the stores that are used instead of the places themselves. */
  stores: z.record(z.string(), z.string()).optional(),
});

export async function rememberedVault(home: Home, place: string): Promise<string | undefined> {
  return (await readDocument(registryFile(home), Registry))?.places[place];
}

/** Called under the home's lock `places`. */
export async function rememberVault(home: Home, place: string, vault: string): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  await writeDocument(registryFile(home), { ...registry, places: { ...registry.places, [place]: vault } });
}

/** Called under the home's lock `places`. */
export async function forgetVault(home: Home, place: string): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  await writeDocument(registryFile(home), { ...registry, places: Object.fromEntries(Object.entries(registry.places).filter(([name]) => name !== place)) });
}

/** Address of the store that keeps sessions for a place; undefined where the place itself does. */
export async function rememberedStore(home: Home, place: string): Promise<string | undefined> {
  return (await readDocument(registryFile(home), Registry))?.stores?.[place];
}

/** Called under the home's lock `places`. An undefined address goes back to the place itself. */
export async function rememberStore(home: Home, place: string, address: string | undefined): Promise<void> {
  const registry = (await readDocument(registryFile(home), Registry)) ?? { v: 1 as const, places: {} };
  const others = Object.entries(registry.stores ?? {}).filter(([name]) => name !== place);
  await writeDocument(registryFile(home), { ...registry, stores: Object.fromEntries([...others, ...(address === undefined ? [] : [[place, address] as const])]) });
}

const registryFile = (home: Home): string => path.join(home.vaultsFolder, 'places.json');
