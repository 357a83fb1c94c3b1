/** Program and arguments as one line for the user's shell: quoted only where something needs it. */
export function shellCommand(argv: readonly string[], platform: NodeJS.Platform): string {
  return argv.map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) && !(platform !== 'win32' && word.includes('\\')) ? word : quoted(word, platform))).join(' ');
}

function quoted(word: string, platform: NodeJS.Platform): string {
  // Double quotes are what cmd and PowerShell have in common.
  return platform === 'win32' ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
