/** Said wherever a vault is shown. `readableByRepository` comes from plans and listings. */
export function describePrivacy(readableByRepository: boolean): string {
  return readableByRepository
    ? 'Not encrypted: whoever can read the repository can read what is saved in it, conversations included.'
    : 'Encrypted: only your own devices can read what is saved.';
}
