/**
 * What rclone's failures mean. It hands on what each of its clouds says, in that cloud's words, so the words that all of
 * them share decide; whatever is unknown may be tried again.
 */
import { ConvoSyncError, type ErrorCode } from '../../common/errors.ts';
import type { CallDetails } from '../http.ts';

interface Sign {
  words: RegExp;
  code: ErrorCode;
  reason?: string;
}

/** The first that fits. */
const signs: readonly Sign[] = [
  { words: /didn't find section in config file/i, code: 'storage-permanent', reason: 'rclone-no-remote' },
  { words: /unable to decrypt configuration|not allowed to ask for password/i, code: 'storage-denied', reason: 'rclone-configuration-locked' },
  { words: /rate.?limit|too many requests|\b429\b|slow ?down|throttl/i, code: 'storage-transient' },
  { words: /quota|insufficient (storage|space)|no space left|disk (is )?full|storage ?limit|\b507\b/i, code: 'storage-quota' },
  { words: /no such host|connection refused|network is (unreachable|down)|no route to host|host is down/i, code: 'remote-unreachable' },
  { words: /x509|certificate/i, code: 'storage-permanent', reason: 'certificate' },
  { words: /\b40[137]\b|unauthori[sz]ed|forbidden|access.?denied|permission denied|invalid.?(grant|token|credential|access.?key)|token (has )?expired|signature.?does.?not.?match|RequestTimeTooSkewed|read-only file system/i, code: 'storage-denied' },
  { words: /not (implemented|supported)|unsupported|\b501\b/i, code: 'storage-permanent' },
];

/** @param said by rclone; what may be a credential is left out of it */
export function rcloneFailure(said: string, { store, object }: CallDetails): ConvoSyncError {
  const sign = signs.find(({ words }) => words.test(said));
  return new ConvoSyncError(sign?.code ?? 'storage-transient', 'rclone could not do it.', {
    details: { store, remote: store, object, said: withoutCredentials(said).slice(-400), ...(sign?.reason === undefined ? {} : { reason: sign.reason }) },
  });
}

/** Addresses in errors may hold signatures and tokens after the question mark, and names before the host. */
function withoutCredentials(said: string): string {
  return said.trim().replace(/(\w+:\/\/)[^\s/@"]*@/g, '$1').replace(/\?[^\s"]*/g, '?…');
}
