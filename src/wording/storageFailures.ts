/** What to say of a store that does not do what it should: a folder, a WebDAV server, a bucket, or a git remote. */
import type { Explanation } from './errors.ts';
import { numberFact, remoteFact, textFact } from './facts.ts';
import { count } from './quantities.ts';

type Details = Readonly<Record<string, unknown>>;
type Failure = Pick<Explanation, 'title' | 'hint'>;

export function explainUnreachable(details: Details): Failure {
  return textFact(details, 'reason') === 'place-missing'
    ? { title: `${remoteFact(details, 'The place where sessions are kept')} is not there.`, hint: 'Plug the drive in, or check whether the folder or the bucket was renamed or removed.' }
    : { title: `${remoteFact(details)} cannot be reached.`, hint: 'Try again when there is a connection.' };
}

export function explainDenied(details: Details): Failure {
  return textFact(details, 'said') === 'RequestTimeTooSkewed'
    ? { title: 'The storage does not let you in, because the clock of this device is wrong.', hint: 'Set the clock, then try again.' }
    : { title: 'The storage does not let you in.', hint: 'Check your access to it, then try again.' };
}

export function explainTransient(details: Details): Failure {
  const minutes = Math.ceil((numberFact(details, 'retryAfter') ?? 0) / 60);
  return { title: 'The storage did not answer as it should.', hint: minutes > 1 ? `It asks to be left alone for ${count(minutes, 'minute')}.` : 'Try again in a moment.' };
}

export function explainPermanent(details: Details): Failure {
  return textFact(details, 'reason') === 'certificate'
    ? { title: 'The storage shows a certificate that this device does not trust.', hint: 'Check its address, and whether its certificate has expired.' }
    : { title: 'The storage refuses this, and trying again will not help.' };
}
