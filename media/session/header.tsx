/** What the reader wants to know first: is everything here, which session is this, who can read it. */
import { useEffect, useState } from 'preact/hooks';
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
    <section class={`verdict ${verdict.state}`} aria-label="Sync" role="status">
      <Icon name={icon} spin={verdict.state === 'checking'} />
      <div class="verdict-text">
        <p class="verdict-title">{title}</p>
        {lines.length > 0 && <ul>{lines.map((line) => <li key={line} dir="auto">{line}</li>)}</ul>}
      </div>
      {verdict.state !== 'checking' && <Actions actions={verdict.actions} />}
    </section>
  );
}

function wording(verdict: VerdictOf): { icon: IconName; title: string; lines: readonly string[] } {
  switch (verdict.state) {
    case 'checking':
      return { icon: 'loading', title: 'Comparing with this machine…', lines: [] };
    case 'in-sync':
      return { icon: 'pass-filled', title: 'Code and conversation are in sync', lines: [] };
    case 'running':
      return {
        icon: 'pulse', title: 'This conversation goes on here',
        lines: [verdict.unsaved === 0 ? 'All of it is saved.' : `${counted(verdict.unsaved, 'message')} ${verdict.unsaved === 1 ? 'is' : 'are'} not saved yet.`],
      };
    case 'unknown':
      return { icon: 'question', title: 'Could not be compared with this machine', lines: [verdict.reason] };
    case 'differs': {
      const what = { code: 'The code differs', conversation: 'The conversation differs', both: 'Code and conversation differ' };
      return { icon: 'warning', title: `${what[verdict.what]} from this machine`, lines: verdict.differences };
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

export function Facts({ facts, vaultNotice }: { facts: SessionFacts; vaultNotice: VaultNotice | undefined }) {
  const now = useMinute();
  const { device, conversations } = facts;
  const agents = [...new Set(conversations.map(({ agent }) => agent))];
  const issues = conversations.reduce((sum, conversation) => sum + conversation.issues, 0);
  return (
    <header class="facts">
      <h1 dir="auto">{facts.title}</h1>
      <dl>
        <div><dt><Icon name={deviceIcons[device.kind]} /><span class="sr">Device</span></dt><dd><bdi>{device.name}</bdi>{device.here && <span class="badge">this machine</span>}</dd></div>
        <div>
          <dt><Icon name="git-branch" /><span class="sr">Branch and commit</span></dt>
          <dd>{facts.branch === undefined ? 'detached' : <bdi>{facts.branch}</bdi>}{facts.commit !== '' && <><span class="at">@</span><Commit commit={facts.commit} /><span class="subject" dir="auto">{facts.subject}</span></>}</dd>
        </div>
        {facts.savedAt !== undefined && <div><dt><Icon name="history" /><span class="sr">Saved</span></dt><dd><time dateTime={facts.savedAt} title={fullTime(facts.savedAt)}>saved {age(facts.savedAt, now)}</time></dd></div>}
        <div><dt><Icon name="comment-discussion" /><span class="sr">Messages</span></dt><dd>{messagesOf(conversations)}</dd></div>
        {agents.length > 0 && <div><dt><Icon name="sparkle" /><span class="sr">{agents.length > 1 ? 'Agents' : 'Agent'}</span></dt><dd>{agents.join(', ')}</dd></div>}
        {facts.id !== '' && <div><dt><Icon name="key" /><span class="sr">Session id</span></dt><dd><code>{facts.id.slice(0, 8)}</code><CopyButton label="Copy session id" text={() => facts.id} /></dd></div>}
      </dl>
      {issues > 0 && <p class="hint"><Icon name="warning" />{counted(issues, 'record')} of the transcript could not be read and {issues === 1 ? 'is' : 'are'} not shown; the saved file holds {issues === 1 ? 'it' : 'them'} unchanged.</p>}
      {facts.unknownAgents.length > 0 && <p class="hint"><Icon name="warning" />{counted(facts.unknownAgents.length, 'conversation')} more cannot be shown by this version of ConvoSync and {facts.unknownAgents.length === 1 ? 'is' : 'are'} saved unchanged: {facts.unknownAgents.join(', ')}.</p>}
      {facts.redactions > 0 && <p class="hint"><Icon name="warning" />Saved complete except {counted(facts.redactions, 'redaction')}.</p>}
      {vaultNotice !== undefined && <p class="hint"><Icon name={vaultNotice.sealed ? 'lock' : 'unlock'} />{vaultNotice.text}</p>}
    </header>
  );
}

function messagesOf(conversations: SessionFacts['conversations']): string {
  const messages = counted(conversations.reduce((sum, conversation) => sum + conversation.messages, 0), 'message');
  return conversations.length === 0 ? 'code only' : conversations.length === 1 ? messages : `${messages} in ${conversations.length} conversations`;
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
