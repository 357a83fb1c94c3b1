/**
 * What looks like a secret in a text: by the rules that secretlint recommends, and by our own for kinds that these lack. The
 * recommended ones can be switched off by a comment in the text, which is no help where the text is not the user's: so
 * comments count for nothing.
 *
 * The rules are run here, by the interface that secretlint has for them: its own runner keeps marks of every run for its profiler,
 * which in a process that lives as long as an editor are never let go of, and indexes the lines of what holds no secret.
 */
import { rules as recommendedWithFilter } from '@secretlint/secretlint-rule-preset-recommend';

export interface SecretInText {
  /** First position, and the one after the last. */
  from: number;
  to: number;
  /** Such as `github` or `jwt`; see `wording/secrets`. */
  kind: string;
}

const recommended = recommendedWithFilter.filter(({ meta }) => kindOf(meta.id) !== 'filter-comments');

type RecommendedRule = (typeof recommended)[number];
type RuleContext = Parameters<RecommendedRule['create']>[0];
type SourceOfRule = Parameters<NonNullable<ReturnType<RecommendedRule['create']>['file']>>[0];

interface Rule {
  kind: string;
  /** Its group is the secret, where there is one. */
  pattern: RegExp;
  /** Whether what was found is one. */
  isSecret?: (found: string) => boolean;
}

/** Shapes are the vendors' own, as their documentation states them. */
const ownRules: readonly Rule[] = [
  { kind: 'stripe', pattern: /\b(?:sk|rk)_live_[0-9A-Za-z]{16,247}\b|\bwhsec_[0-9A-Za-z]{24,64}\b/g },
  { kind: 'google', pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g },
  { kind: 'jwt', pattern: /\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{20,}/g },
  { kind: 'bearer', pattern: /\b[Bb]earer\s+([0-9A-Za-z._~+/-]{20,}=*)/g, isSecret: isRandom },
  { kind: 'openrouter', pattern: /\bsk-or-v1-[0-9a-f]{64}\b/g },
  { kind: 'pypi', pattern: /\bpypi-AgE[0-9A-Za-z_-]{50,}/g },
  { kind: 'digitalocean', pattern: /\bdo[opr]_v1_[0-9a-f]{64}\b/g },
  { kind: 'azure', pattern: /\bAccountKey=([0-9A-Za-z+/]{86}==)/g },
  { kind: 'age', pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g },
  { kind: 'slack', pattern: /https:\/\/hooks\.slack\.com\/services\/T[0-9A-Z]+\/B[0-9A-Z]+\/[0-9A-Za-z]{16,}/g },
  { kind: 'telegram', pattern: /\b\d{8,10}:AA[0-9A-Za-z_-]{33}(?![0-9A-Za-z_-])/g },
  // A value that something called a password or a key is given, where it is none that a person or a program would have chosen.
  {
    kind: 'password',
    pattern: /(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|private|auth)[_-]?key|credential)s?["'`]?\s{0,4}(?:[:=]|=>)\s{0,4}["'`]?([0-9A-Za-z+/_=.~!@#$%^&*-]{12,200})(?![\w(])/gi,
    isSecret: isRandom,
  },
];

/** In the order of the text, none overlapping with another. */
export async function findSecrets(text: string): Promise<SecretInText[]> {
  const byRecommended = await Promise.all(recommended.map((rule) => findByRecommended(rule, text)));
  return merged([...byRecommended.flat(), ...ownRules.flatMap((rule) => findBy(rule, text))]);
}

async function findByRecommended(rule: RecommendedRule, text: string): Promise<SecretInText[]> {
  const found: SecretInText[] = [];
  const context: RuleContext = {
    sharedOptions: {},
    createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
    report: ({ range: [from, to] }) => void found.push({ from, to, kind: kindOf(rule.meta.id) }),
    ignore: () => undefined,
  };
  await rule.create(context, {}).file?.(sourceOf(text));
  return found;
}

/** Lines and columns are of use to the rule for comments alone. */
function sourceOf(content: string): SourceOfRule {
  const filePath = 'transcript.txt';
  const without = (): never => {
    throw new Error('A rule asks for lines, which are not counted.');
  };
  return {
    content, filePath, physicalFilePath: undefined, hasBOM: false, contentType: 'text', ext: '.txt',
    getFilePath: () => filePath, getPhysicalFilePath: () => undefined,
    locationToRange: without, rangeToLocation: without, positionToIndex: without, indexToPosition: without,
  };
}

/** Those that overlap as one, of the kind of the first. */
export function merged(secrets: readonly SecretInText[]): SecretInText[] {
  const apart: SecretInText[] = [];
  for (const { from, to, kind } of [...secrets].sort((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last && from < last.to) {
      last.to = Math.max(last.to, to);
    } else {
      apart.push({ from, to, kind });
    }
  }
  return apart;
}

function findBy({ kind, pattern, isSecret }: Rule, text: string): SecretInText[] {
  const found: SecretInText[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, secret = whole] = match;
    if (isSecret?.(secret) !== false) {
      const from = match.index + whole.lastIndexOf(secret);
      found.push({ from, to: from + secret.length, kind });
    }
  }
  return found;
}

/** Letters and digits without a pattern: no name, no path, no version, no placeholder. */
export function isRandom(value: string): boolean {
  const changes = value.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g) ?? [];
  return changes.length >= 3 && !/example|placeholder|changeme|your[_-]|xxxx|0123456|abcdef|\.\.\./i.test(value) && !/^[./~]|^[a-z]+:\/\//.test(value) && bitsPerCharacter(value) >= 3.2;
}

/** Shannon's entropy of its characters. */
function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts.values()].reduce((bits, count) => bits - (count / value.length) * Math.log2(count / value.length), 0);
}

function kindOf(ruleId: string): string {
  return ruleId.replace('@secretlint/secretlint-rule-', '');
}
