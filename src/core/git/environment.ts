/**
 * The environment that every git process of ours gets. Three rules:
 *
 * - No prompt ever waits: git may not ask on the terminal, and ssh asks only through an askpass program that the
 *   caller passed (VS Code lends its own to what the user asked for; background work goes without).
 * - Nothing of a surrounding git process leaks in: when a hook starts us, `GIT_DIR`, `GIT_INDEX_FILE` and their kin
 *   point at that hook's repository, not at ours. The list is that of `git rev-parse --local-env-vars`, except
 *   `GIT_CONFIG_COUNT`, which containers use for settings that are meant for every git.
 * - Messages are in English, because failures are told apart by them; the character set stays the user's, or hooks
 *   written in Python or Ruby would fail on the first umlaut.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

const inheritedFromGit = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

export function gitEnvironment(env: Environment, options: { readOnly?: boolean } = {}): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !inheritedFromGit.includes(name.toUpperCase())) {
      result[name] = value;
    }
  }
  if (result['LC_ALL'] !== undefined) {
    // It would win over LC_MESSAGES.
    result['LC_CTYPE'] = result['LC_ALL'];
    delete result['LC_ALL'];
  }
  result['LC_MESSAGES'] = 'C';
  delete result['LANGUAGE'];
  result['GIT_TERMINAL_PROMPT'] = '0';
  if (!lendsAskpass(result)) {
    // Without this, ssh on a desktop opens its own window.
    result['SSH_ASKPASS_REQUIRE'] = 'never';
  }
  if (options.readOnly === true) {
    // A background `git status` must not take index.lock away from the user's own command.
    result['GIT_OPTIONAL_LOCKS'] = '0';
  }
  return result;
}

/** True when the caller passed a program that can ask the user, as VS Code does. */
export function lendsAskpass(env: Environment): boolean {
  return Boolean(env['GIT_ASKPASS']) || Boolean(env['SSH_ASKPASS']);
}
