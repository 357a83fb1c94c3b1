/** What the reader wants to know first: is everything here, which session is this, who can read it. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import { deviceIcons } from '../../src/protocol/deviceIcons.ts';
import type { IconName } from '../../src/protocol/iconNames.ts';
import type { Action, SessionFacts, VaultNotice, Verdict as VerdictOf } from '../../src/protocol/session.ts';
import { Commit } from './commit.tsx';
import { usePage } from './context.ts';
import { CopyButton } from './copyButton.tsx';
import { age, counted, fullTime } from './format.ts';
import { Icon } from './icon.tsx';

export function Verdict({ verdict }: { verdict: VerdictOf }) {
  const { icon, title, lines } = wording(verdict);
  return (
    <section class={`verdict ${verdict.state}`} aria-label={t`Sync`} role="status">
      <Icon name={icon} spin={verdict.state === 'checking'} />
      <div class="verdict-body">
        <div class="verdict-text">
          <p class="verdict-title">{title}</p>
          {lines.length > 0 && <ul>{lines.map((line) => <li key={line} dir="auto">{line}</li>)}</ul>}
        </div>
        {verdict.state !== 'checking' && <Actions actions={verdict.actions} />}
      </div>
    </section>
  );
}

function wording(verdict: VerdictOf): { icon: IconName; title: string; lines: readonly string[] } {
  switch (verdict.state) {
    case 'checking':
      return { icon: 'loading', title: t`Comparing with this machine…`, lines: [] };
    case 'in-sync':
      return { icon: 'pass-filled', title: t`Code and conversation are in sync`, lines: [] };
    case 'running': {
      const unsaved = counted(verdict.unsaved, 'message');
      return {
        icon: 'pulse', title: t`This conversation goes on here`,
        lines: [verdict.unsaved === 0 ? t`All of it is saved.` : verdict.unsaved === 1 ? t`${unsaved} is not saved yet.` : t`${unsaved} are not saved yet.`],
      };
    }
    case 'unknown':
      return { icon: 'question', title: t`Could not be compared with this machine`, lines: [verdict.reason] };
    case 'differs': {
      const titles = { code: t`The code differs from this machine`, conversation: t`The conversation differs from this machine`, both: t`Code and conversation differ from this machine` };
      return { icon: 'warning', title: titles[verdict.what], lines: verdict.differences };
    }
  }
}

/** The host's buttons; the first is the one that helps most. */
export function Actions({ actions }: { actions: readonly Action[] }) {
  const { host } = usePage();
  if (actions.length === 0) return null;
  return (
    <div class="actions">
      {actions.map(({ id, label }, at) => (
        <button key={id} type="button" class={at === 0 ? 'primary' : 'secondary'} onClick={() => host.post({ type: 'action', id })}>{label}</button>
      ))}
    </div>
  );
}

interface FactsProps {
  facts: SessionFacts;
  vaultNotice: VaultNotice | undefined;
  /** False at first: the first number or age that is worded takes the browser longer than all of the head. */
  isWhole: boolean;
}

export function Facts({ facts, vaultNotice, isWhole }: FactsProps) {
  const now = useMinute();
  const { device, conversations } = facts;
  const agents = [...new Set(conversations.map(({ agent }) => agent))];
  const issues = conversations.reduce((sum, conversation) => sum + conversation.issues, 0);
  return (
    <header class="facts">
      <h1 dir="auto">{facts.title}</h1>
      <dl>
        <div><dt><Icon name={deviceIcons[device.kind]} /><span class="sr">{t`Device`}</span></dt><dd><bdi>{device.name}</bdi>{device.here && <span class="badge">{t`this machine`}</span>}</dd></div>
        <div>
          <dt><Icon name="git-branch" /><span class="sr">{t`Branch and commit`}</span></dt>
          <dd>{facts.branch === undefined ? t`detached` : <bdi>{facts.branch}</bdi>}{facts.commit !== '' && <><span class="at">@</span><Commit commit={facts.commit} /><span class="subject" dir="auto">{facts.subject}</span></>}</dd>
        </div>
        {isWhole && facts.savedAt !== undefined && <div><dt><Icon name="history" /><span class="sr">{t`Saved`}</span></dt><dd><time dateTime={facts.savedAt} title={fullTime(facts.savedAt)}>{t`saved ${age(facts.savedAt, now)}`}</time></dd></div>}
        {isWhole && <div><dt><Icon name="comment-discussion" /><span class="sr">{t`Messages`}</span></dt><dd>{messagesOf(conversations)}</dd></div>}
        {agents.length > 0 && <div><dt><Icon name="sparkle" /><span class="sr">{agents.length > 1 ? t`Agents` : t`Agent`}</span></dt><dd>{agents.join(', ')}</dd></div>}
        {facts.id !== '' && <div><dt><Icon name="key" /><span class="sr">{t`Session id`}</span></dt><dd><code>{facts.id.slice(0, 8)}</code><CopyButton label={t`Copy session id`} text={() => facts.id} /></dd></div>}
      </dl>
      {issues > 0 && <p class="hint"><Icon name="warning" />{unreadRecords(issues)}</p>}
      {facts.unknownAgents.length > 0 && <p class="hint"><Icon name="warning" />{unshownConversations(facts.unknownAgents)}</p>}
      {facts.redactions > 0 && <p class="hint"><Icon name="warning" />{t`Saved complete except ${counted(facts.redactions, 'redaction')}.`}</p>}
      {vaultNotice !== undefined && <p class="hint"><Icon name={vaultNotice.sealed ? 'lock' : 'unlock'} />{vaultNotice.text}</p>}
    </header>
  );
}

function unreadRecords(issues: number): string {
  const records = counted(issues, 'record');
  return issues === 1
    ? t`${records} of the transcript could not be read and is not shown; the saved file holds it unchanged.`
    : t`${records} of the transcript could not be read and are not shown; the saved file holds them unchanged.`;
}

function unshownConversations(agents: readonly string[]): string {
  const conversations = counted(agents.length, 'conversation');
  return agents.length === 1
    ? t`${conversations} more cannot be shown by this version of ConvoSync and is saved unchanged: ${agents.join(', ')}.`
    : t`${conversations} more cannot be shown by this version of ConvoSync and are saved unchanged: ${agents.join(', ')}.`;
}

function messagesOf(conversations: SessionFacts['conversations']): string {
  const messages = counted(conversations.reduce((sum, conversation) => sum + conversation.messages, 0), 'message');
  return conversations.length === 0 ? t`code only` : conversations.length === 1 ? messages : t`${messages} in ${conversations.length} conversations`;
}

/** The current time, fresh every minute. */
function useMinute(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
