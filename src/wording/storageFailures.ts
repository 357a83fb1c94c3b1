/** What to say of a store that does not do what it should: a folder, a WebDAV server, a bucket, or a git remote. */
import { t } from '../l10n/language.ts';
import type { Explanation } from './errors.ts';
import { afterColon, numberFact, remoteFact, textFact } from './facts.ts';
import { count } from './quantities.ts';

type Details = Readonly<Record<string, unknown>>;
type Failure = Pick<Explanation, 'title' | 'hint'>;

/** Git's words for an address that answers, or a path that can be looked at, and holds no repository. */
const noRepository = /does not appear to be a git repository|repository .*(not found|does not exist)/i;

export function explainUnreachable(details: Details): Failure {
  if (noRepository.test(textFact(details, 'stderr') ?? '')) {
    const remote = textFact(details, 'remote');
    return { title: remote === undefined ? t`There is no git repository at the remote.` : t`There is no git repository at “${remote}”.`, hint: t`Check its address, and whether you have access to it; a new repository has to be made there first.` };
  }
  return textFact(details, 'reason') === 'place-missing'
    ? { title: t`${remoteFact(details, t`The place where sessions are kept`)} is not there.`, hint: t`Plug the drive in, or check whether the folder or the bucket was renamed or removed.` }
    : { title: t`${remoteFact(details)} cannot be reached.`, hint: t`Try again when there is a connection.` };
}

/** @param stderr git's words */
export function explainRefusedCredentials(stderr: string): Failure {
  if (/Host key verification failed/i.test(stderr)) {
    return { title: t`The remote’s server is not known on this device.`, hint: t`Connect to it once with “git fetch” in a terminal, and compare the key that it shows.` };
  }
  return {
    title: t`The remote did not accept your credentials.`,
    hint: /publickey/i.test(stderr) ? t`Add your key to the ssh agent with “ssh-add”, then try again.` : t`Sign in once with “git fetch” in a terminal, then try again.`,
  };
}

export function explainDenied(details: Details): Failure {
  if (textFact(details, 'reason') === 'no-credentials') {
    return { title: t`The password for the place where sessions are kept is not on this device.`, hint: t`Choose the place again, here, and give it.` };
  }
  if (textFact(details, 'reason') === 'rclone-configuration-locked') {
    return { title: t`rclone’s configuration is encrypted, and its password is not known here.`, hint: t`Set RCLONE_CONFIG_PASS, or RCLONE_PASSWORD_COMMAND, in the environment, then try again.` };
  }
  return textFact(details, 'said') === 'RequestTimeTooSkewed'
    ? { title: t`The storage does not let you in, because the clock of this device is wrong.`, hint: t`Set the clock, then try again.` }
    : { title: t`The storage does not let you in.`, hint: t`Check your access to it, then try again.` };
}

export function explainTransient(details: Details): Failure {
  const minutes = Math.ceil((numberFact(details, 'retryAfter') ?? 0) / 60);
  return { title: t`The storage did not answer as it should.`, hint: minutes > 1 ? t`It asks to be left alone for ${count(minutes, 'minute')}.` : t`Try again in a moment.` };
}

export function explainPermanent(details: Details): Failure {
  if (textFact(details, 'errno') === 'ENOTDIR') {
    return { title: t`${remoteFact(details, t`The place where sessions are kept`)} is not a folder, or lies below a file.`, hint: t`Give a folder; it is made where it is not there yet.` };
  }
  switch (textFact(details, 'reason')) {
    case 'certificate':
      return { title: t`The storage shows a certificate that this device does not trust.`, hint: t`Check its address, and whether its certificate has expired.` };
    case 'rclone-missing':
      return { title: t`rclone is not installed on this device, or not on the path.`, hint: t`Install it (https://rclone.org/downloads), then try again.` };
    case 'rclone-no-remote':
      return { title: t`rclone knows no such remote on this device${afterColon(textFact(details, 'remote'))}.`, hint: t`Set it up with “rclone config”, then try again.` };
    case 'rclone-cannot-move':
      return { title: t`Sessions cannot be kept there: rclone can neither move nor copy files there, so nothing would appear whole.`, hint: t`Choose another place.` };
    default:
      return { title: t`The storage refuses this, and trying again will not help.` };
  }
}
