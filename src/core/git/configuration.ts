/** The settings in force in a repository, from all of git's files together. */
import { askPorcelain } from './porcelain.ts';
import type { Repository } from './repository.ts';

/** By key as git prints it (section and name in lower case), each with its values in order. */
export type Configuration = Map<string, string[]>;

/** Asked once: a later change is seen by the next `Repository`. */
export function readConfiguration(repository: Repository, signal?: AbortSignal): Promise<Configuration> {
  return repository.once('configuration', () => readConfigurationAnew(repository, signal));
}

/** As it is now, after a change of our own. */
export async function readConfigurationAnew({ git, top }: Repository, signal?: AbortSignal): Promise<Configuration> {
  const listed = await askPorcelain(git, top, (porcelain) => porcelain.listConfig(), signal);
  const settings: Configuration = new Map();
  for (const file of listed.files) {
    for (const [key, value] of Object.entries(listed.values[file] ?? {})) {
      settings.set(key, [...(settings.get(key) ?? []), ...(Array.isArray(value) ? value : [value])]);
    }
  }
  return settings;
}

/** A setting that git reads as false; one that is not set is neither. */
export function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(false|no|off|0|)$/i.test(value);
}
