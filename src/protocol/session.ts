/**
 * What the extension and the session page say to each other.
 *
 * The page says `ready` once; nothing is sent before it. The host answers with `session`. The page then asks with `show`
 * for the timeline of the conversation that it shows, by its place in the session, and the host sends its rows in `timeline`
 * batches: a small one first so that something is seen at once, the rest in order. A batch replaces what was sent from its
 * `from` on: one with `from: 0` begins that timeline anew, and so a conversation that goes on is followed. A gap between
 * batches is a failure that the page shows. `failed` may come in place of any of them.
 *
 * Requests of the page (`expand`, `search`) carry an id, and the host answers each with the message of that id: the
 * result or `refused`. The page gives up by itself after a while, so no request hangs.
 *
 * Both sides parse what they receive with these schemas. The page is built with `zod/mini`, which is small and, in
 * contrast to the full zod, never tries to compile code: the page's policy forbids that.
 */
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());
const text = z.string();
const optionalText = z.optional(text);

/**
 * Characters of the block that were not sent, because the body is long. The block then holds the beginning (for an
 * image or a call's input: nothing), and the whole comes by `expand`.
 */
const omitted = z.optional(count);

/** The blocks of `core/session/message`, each possibly cut. */
export const Block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text, omitted }),
  z.object({ type: z.literal('thinking'), text, omitted }),
  z.object({
    type: z.literal('toolCall'),
    callId: text,
    name: text,
    summary: text,
    input: z.unknown(),
    writes: z.array(text),
    omitted,
  }),
  z.object({ type: z.literal('toolResult'), callId: text, text, failed: z.boolean(), omitted }),
  z.object({ type: z.literal('image'), mediaType: text, data: text, omitted }),
  z.object({ type: z.literal('notice'), text, omitted }),
]);
export type Block = z.infer<typeof Block>;

/** A session that was saved when the conversation had come this far. */
export const Save = z.object({
  session: text,
  title: text,
  device: text,
  /** ISO 8601 in UTC. */
  savedAt: text,
  /** What its handoff begins with; absent without one. */
  handoff: optionalText,
});
export type Save = z.infer<typeof Save>;

/** A message with the git context that was in force while it was written. */
export const Row = z.object({
  /** Position in the conversation, from 0, without gaps. */
  index: count,
  author: z.enum(['user', 'assistant', 'system']),
  /** ISO 8601 in UTC. */
  at: optionalText,
  blocks: z.array(Block),
  branch: optionalText,
  /** Full commit id; what changes is marked in the timeline. */
  commit: optionalText,
  /** Files this message touched, relative to the repository, with `/`. */
  files: z.optional(z.array(text)),
  /** It is said in this continuation alone: another one went on beside it. */
  forked: z.optional(z.boolean()),
  /** A message of a sub-agent. */
  sidechain: z.optional(z.boolean()),
  /** Saved before this message was written, and after the one before it; oldest first. */
  saves: z.optional(z.array(Save)),
});
export type Row = z.infer<typeof Row>;

/** A button of the host's: the page shows the label and sends the id back in `action`. The first one is the primary. */
export const Action = z.object({ id: text, label: text });
export type Action = z.infer<typeof Action>;

/** Whether this machine has what the session says. The sentences are the host's. */
export const Verdict = z.discriminatedUnion('state', [
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('in-sync'), actions: z.array(Action) }),
  z.object({
    state: z.literal('differs'),
    what: z.enum(['code', 'conversation', 'both']),
    differences: z.array(text),
    actions: z.array(Action),
  }),
  /** No session is shown, but the conversation that goes on here; how many of its messages no session holds. */
  z.object({ state: z.literal('running'), unsaved: count, actions: z.array(Action) }),
  /** It could not be found out; never shown as in sync. */
  z.object({ state: z.literal('unknown'), reason: text, actions: z.array(Action) }),
]);
export type Verdict = z.infer<typeof Verdict>;

export const ConversationFacts = z.object({
  /** Undefined where its agent names it by nothing but an id. */
  title: optionalText,
  /** The name for people, such as `Claude Code`. */
  agent: text,
  messages: count,
  /** Records of the transcript that could not be read; said aloud when there are any. */
  issues: count,
});
export type ConversationFacts = z.infer<typeof ConversationFacts>;

export const SessionFacts = z.object({
  /** Empty for the conversation that goes on here. */
  id: text,
  /** Top of the repository here: the page keeps it, and a window that is loaded anew finds the session by it. */
  folder: text,
  title: text,
  device: z.object({
    name: text,
    kind: z.enum(['desktop', 'laptop', 'phone', 'container', 'remote', 'unknown']),
    /** True for the machine the page is shown on. */
    here: z.boolean(),
  }),
  /** Messages speak of them by their place in here. Empty for a session of code alone. */
  conversations: z.array(ConversationFacts),
  /** Agents of conversations that are saved with it, which this version cannot show; said aloud when there are any. */
  unknownAgents: z.array(text),
  branch: optionalText,
  /** Empty before the first commit. */
  commit: text,
  /** First line of the commit's message. */
  subject: text,
  /** ISO 8601 in UTC; absent for what is no session. */
  savedAt: optionalText,
  /** Stretches of its conversations that are not stored; said aloud when there are any. */
  redactions: count,
});
export type SessionFacts = z.infer<typeof SessionFacts>;

/** What was open around the work. */
export const WasOpen = z.object({
  /** Where the save was made; empty for the top of the repository. */
  folder: text,
  /** As in `Row.files`, each once. */
  files: z.array(text),
  /** `commands` as they are to be shown. */
  terminals: z.array(z.object({ name: text, folder: optionalText, commands: z.array(text) })),
  breakpoints: count,
  /** Names of environment variables; their values are not for a page. */
  variables: z.array(text),
});
export type WasOpen = z.infer<typeof WasOpen>;

/** Who can read the vault, in one sentence. */
const VaultNotice = z.object({ sealed: z.boolean(), text });
export type VaultNotice = z.infer<typeof VaultNotice>;

export const HostMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session'),
    facts: SessionFacts,
    verdict: Verdict,
    /** Markdown; empty when there is none. */
    handoff: text,
    /** The conversation that the handoff was made of, where there are several. */
    handoffOf: z.optional(count),
    wasOpen: z.optional(WasOpen),
    vaultNotice: z.optional(VaultNotice),
  }),
  /** Shows a message, whatever the list is narrowed to; the first one for a row that there is not. Comes after `session`. */
  z.object({ type: z.literal('goTo'), conversation: count, row: count }),
  /** A newer verdict for the session that is shown. */
  z.object({ type: z.literal('verdict'), verdict: Verdict }),
  z.object({ type: z.literal('timeline'), conversation: count, from: count, total: count, rows: z.array(Row) }),
  z.object({ type: z.literal('failed'), message: text, actions: z.array(Action) }),
  z.object({ type: z.literal('expanded'), request: count, block: Block }),
  /** Rows whose parts that were not sent contain the words, in order. */
  z.object({ type: z.literal('found'), request: count, rows: z.array(count) }),
  z.object({ type: z.literal('refused'), request: count, message: text }),
]);
export type HostMessage = z.infer<typeof HostMessage>;

export const PageMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('retry') }),
  z.object({ type: z.literal('show'), conversation: count }),
  z.object({ type: z.literal('action'), id: text }),
  z.object({ type: z.literal('copy'), text }),
  /** A link that opens the session at this message. */
  z.object({ type: z.literal('copyLink'), conversation: count, row: count }),
  /** `path` as in `Row.files`; `commit` when the file is meant as it was then. */
  z.object({ type: z.literal('openFile'), path: text, commit: optionalText }),
  z.object({ type: z.literal('openCommit'), commit: text }),
  /** By its id: the page of another session. */
  z.object({ type: z.literal('openSession'), session: text }),
  z.object({ type: z.literal('expand'), request: count, conversation: count, row: count, block: count }),
  /** Words to find, case aside, in the parts of blocks that were not sent. */
  z.object({ type: z.literal('search'), request: count, conversation: count, words: text }),
]);
export type PageMessage = z.infer<typeof PageMessage>;

/** What VS Code keeps of a page while its window is loaded anew. */
export const KeptPage = z.object({
  folder: text,
  /** Empty where it was none, but the conversation that goes on here. */
  session: text,
  conversation: count,
  /** What the list was narrowed to: the words, and kinds of messages. */
  typed: text,
  kinds: z.array(text),
  /** The message at the top of what was in view; absent where the list was narrowed. */
  row: z.optional(count),
});
export type KeptPage = z.infer<typeof KeptPage>;

/** What a request is answered with, and nothing else carries a request id. */
export type Answer = Extract<HostMessage, { request: number }>;
export type Request = Extract<PageMessage, { request: number }>;
