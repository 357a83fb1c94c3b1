/** Things that look like secrets, by kind and place and never by what they are. */
import type { Finding } from '../core/git/finding.ts';
import type { DecidedSecrets } from '../core/operations/plan.ts';
import { t } from '../l10n/language.ts';
import { listFact, numberFact } from './facts.ts';
import { count, separated } from './quantities.ts';

const token = (of: string): string => t`${of} token`;
const apiKey = (of: string): string => t`${of} API key`;

const kinds: Readonly<Record<string, () => string>> = {
  '1password': () => token('1Password'),
  age: () => t`age secret key`,
  anthropic: () => apiKey('Anthropic'),
  aws: () => t`AWS key`,
  azure: () => t`Azure storage key`,
  basicauth: () => t`password in an address`,
  bearer: () => t`bearer token`,
  'database-connection-string': () => t`database password`,
  databricks: () => token('Databricks'),
  digitalocean: () => token('DigitalOcean'),
  docker: () => token('Docker'),
  figma: () => token('Figma'),
  gcp: () => t`Google Cloud key`,
  github: () => token('GitHub'),
  gitlab: () => token('GitLab'),
  google: () => apiKey('Google'),
  grafana: () => token('Grafana'),
  groq: () => apiKey('Groq'),
  'hashicorp-vault': () => token('HashiCorp Vault'),
  huggingface: () => token('Hugging Face'),
  jwt: () => 'JSON Web Token',
  linear: () => apiKey('Linear'),
  notion: () => token('Notion'),
  npm: () => token('npm'),
  openai: () => apiKey('OpenAI'),
  openrouter: () => apiKey('OpenRouter'),
  password: () => t`password or key`,
  privatekey: () => t`private key`,
  pypi: () => token('PyPI'),
  sendgrid: () => apiKey('SendGrid'),
  shopify: () => token('Shopify'),
  slack: () => token('Slack'),
  stripe: () => t`Stripe key`,
  telegram: () => token('Telegram bot'),
  vercel: () => token('Vercel'),
};

/** A kind in a few words. */
export function secretKind(kind: string): string {
  return kind.startsWith('file:') ? t`value from ${kind.slice('file:'.length)}` : (kinds[kind]?.() ?? t`secret`);
}

/** Such as “what looks like 2 secrets”. */
export function secretsFound(details: Finding['details']): string {
  const found = numberFact(details, 'count') ?? 0;
  const [kind] = listFact(details, 'kinds');
  return found === 1 && kind !== undefined ? t`what looks like a secret: ${secretKind(kind)}` : t`what looks like ${count(found, 'secret')}`;
}

/** Kind and place of each that is named, and how many are not; nothing where none is. */
export function secretPlaces(details: Finding['details']): { detail?: string } {
  const places = listFact(details, 'places');
  const named = listFact(details, 'kinds').map((kind, index) => t`${secretKind(kind)} at ${places[index] ?? '?'}`);
  const more = (numberFact(details, 'count') ?? 0) - named.length;
  return named.length === 0 ? {} : { detail: more > 0 ? t`They are: ${separated(named)} and ${more} more.` : t`They are: ${separated(named)}.` };
}

/** What was decided about those of a step, as `2 secrets redacted`; empty without any. */
export function secretsDecided({ decision, fingerprints }: DecidedSecrets = { decision: 'redact', fingerprints: [] }): string[] {
  const secrets = count(fingerprints.length, 'secret');
  return fingerprints.length === 0 ? [] : [decision === 'redact' ? t`${secrets} redacted` : fingerprints.length === 1 ? t`${secrets} as it stands` : t`${secrets} as they stand`];
}
