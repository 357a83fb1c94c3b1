/** What to say of a store that does not do what it should: a folder, a WebDAV server, a bucket, or a git remote. */
import type { Explanation } from './errors.ts';
import { numberFact, remoteFact, saidAfter, textFact } from './facts.ts';
import { count } from './quantities.ts';

type Details = Readonly<Record<string, unknown>>;
type Failure = Pick<Explanation, 'title' | 'hint'>;

/** Git's words for an address that answers, or a path that can be looked at, and holds no repository. */
const noRepository = /does not appear to be a git repository|repository .*(not found|does not exist)/i;

export function explainUnreachable(details: Details): Failure {
  if (noRepository.test(textFact(details, 'stderr') ?? '')) {
    return { title: `There is no git repository at ${remoteFact(details, 'the remote')}.`, hint: 'Check its address, and whether you have access to it; a new repository has to be made there first.' };
  }
  return textFact(details, 'reason') === 'place-missing'
    ? { title: `${remoteFact(details, 'The place where sessions are kept')} is not there.`, hint: 'Plug the drive in, or check whether the folder or the bucket was renamed or removed.' }
    : { title: `${remoteFact(details)} cannot be reached.`, hint: 'Try again when there is a connection.' };
}

/** @param stderr git's words */
export function explainRefusedCredentials(stderr: string): Failure {
  if (/Host key verification failed/i.test(stderr)) {
    return { title: 'The remote’s server is not known on this device.', hint: 'Connect to it once with “git fetch” in a terminal, and compare the key that it shows.' };
  }
  return {
    title: 'The remote did not accept your credentials.',
    hint: /publickey/i.test(stderr) ? 'Add your key to the ssh agent with “ssh-add”, then try again.' : 'Sign in once with “git fetch” in a terminal, then try again.',
  };
}

export function explainDenied(details: Details): Failure {
  if (textFact(details, 'reason') === 'no-credentials') {
    return { title: 'The password for the place where sessions are kept is not on this device.', hint: 'Choose the place again, here, and give it.' };
  }
  if (textFact(details, 'reason') === 'rclone-configuration-locked') {
    return { title: 'rclone’s configuration is encrypted, and its password is not known here.', hint: 'Set RCLONE_CONFIG_PASS, or RCLONE_PASSWORD_COMMAND, in the environment, then try again.' };
  }
  return textFact(details, 'said') === 'RequestTimeTooSkewed'
    ? { title: 'The storage does not let you in, because the clock of this device is wrong.', hint: 'Set the clock, then try again.' }
    : { title: 'The storage does not let you in.', hint: 'Check your access to it, then try again.' };
}

export function explainTransient(details: Details): Failure {
  const minutes = Math.ceil((numberFact(details, 'retryAfter') ?? 0) / 60);
  return { title: 'The storage did not answer as it should.', hint: minutes > 1 ? `It asks to be left alone for ${count(minutes, 'minute')}.` : 'Try again in a moment.' };
}

export function explainPermanent(details: Details): Failure {
  if (textFact(details, 'errno') === 'ENOTDIR') {
    return { title: `${remoteFact(details, 'The place where sessions are kept')} is not a folder, or lies below a file.`, hint: 'Give a folder; it is made where it is not there yet.' };
  }
  switch (textFact(details, 'reason')) {
    case 'certificate':
      return { title: 'The storage shows a certificate that this device does not trust.', hint: 'Check its address, and whether its certificate has expired.' };
    case 'rclone-missing':
      return { title: 'rclone is not installed on this device, or not on the path.', hint: 'Install it (https://rclone.org/downloads), then try again.' };
    case 'rclone-no-remote':
      return { title: `rclone knows no such remote on this device${saidAfter(': ', textFact(details, 'remote'))}.`, hint: 'Set it up with “rclone config”, then try again.' };
    case 'rclone-cannot-move':
      return { title: 'Sessions cannot be kept there: rclone can neither move nor copy files there, so nothing would appear whole.', hint: 'Choose another place.' };
    default:
      return { title: 'The storage refuses this, and trying again will not help.' };
  }
}
