/** Things that look like secrets, by kind and place and never by what they are. */
import type { Finding } from '../core/git/finding.ts';
import { listFact, numberFact } from './facts.ts';
import { count } from './quantities.ts';

const kinds: Readonly<Record<string, string>> = {
  '1password': '1Password token',
  age: 'age secret key',
  anthropic: 'Anthropic API key',
  aws: 'AWS key',
  azure: 'Azure storage key',
  basicauth: 'password in an address',
  bearer: 'bearer token',
  'database-connection-string': 'database password',
  databricks: 'Databricks token',
  digitalocean: 'DigitalOcean token',
  docker: 'Docker token',
  figma: 'Figma token',
  gcp: 'Google Cloud key',
  github: 'GitHub token',
  gitlab: 'GitLab token',
  google: 'Google API key',
  grafana: 'Grafana token',
  groq: 'Groq API key',
  'hashicorp-vault': 'HashiCorp Vault token',
  huggingface: 'Hugging Face token',
  jwt: 'JSON Web Token',
  linear: 'Linear API key',
  notion: 'Notion token',
  npm: 'npm token',
  openai: 'OpenAI API key',
  openrouter: 'OpenRouter API key',
  password: 'password or key',
  privatekey: 'private key',
  pypi: 'PyPI token',
  sendgrid: 'SendGrid API key',
  shopify: 'Shopify token',
  slack: 'Slack token',
  stripe: 'Stripe key',
  telegram: 'Telegram bot token',
  vercel: 'Vercel token',
};

/** A kind in a few words. */
export function secretKind(kind: string): string {
  return kind.startsWith('file:') ? `value from ${kind.slice('file:'.length)}` : (kinds[kind] ?? 'secret');
}

/** Such as “what looks like 2 secrets”. */
export function secretsFound(details: Finding['details']): string {
  const found = numberFact(details, 'count') ?? 0;
  const [kind] = listFact(details, 'kinds');
  return found === 1 && kind !== undefined ? `what looks like a secret: ${secretKind(kind)}` : `what looks like ${count(found, 'secret')}`;
}

/** Kind and place of each that is named, and how many are not; nothing where none is. */
export function secretPlaces(details: Finding['details']): { detail?: string } {
  const places = listFact(details, 'places');
  const named = listFact(details, 'kinds').map((kind, index) => `${secretKind(kind)} at ${places[index] ?? '?'}`);
  const more = (numberFact(details, 'count') ?? 0) - named.length;
  return named.length === 0 ? {} : { detail: `They are: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.` };
}
