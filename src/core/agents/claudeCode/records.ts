/**
 * The records of a Claude Code transcript, as far as we read them. Every field may be missing or of another kind in
 * some version: a field that does not fit counts as absent, and only a record without a `type` is no record.
 */
import * as z from 'zod';

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

export const ContentBlock = z.looseObject({ type: z.string() });
export type ContentBlock = z.infer<typeof ContentBlock>;

const Content = z.union([z.string(), z.array(z.unknown())]).optional().catch(undefined);
export type Content = z.infer<typeof Content>;

export const TranscriptRecord = z.object({
  type: z.string(),
  subtype: text,
  uuid: text,
  timestamp: text,
  cwd: text,
  gitBranch: text,
  sessionId: text,
  isSidechain: flag,
  isMeta: flag,
  isCompactSummary: flag,
  isApiErrorMessage: flag,
  message: z.object({ id: text, content: Content }).optional().catch(undefined),
  attachment: z.object({ type: text, prompt: Content, source_uuid: text }).optional().catch(undefined),
  /** Of `system` records. */
  content: text,
  error: z.object({ formatted: text, message: text }).optional().catch(undefined),
  /** Of title records: what they say, and the last record of the conversation that a summary is about. */
  customTitle: text,
  aiTitle: text,
  summary: text,
  leafUuid: text,
});
export type TranscriptRecord = z.infer<typeof TranscriptRecord>;

/** Types that say nothing to a reader of the conversation: progress, bookkeeping, state of the program. */
const quietTypes = new Set([
  'agent-name',
  'atis-latch',
  'bridge-session',
  'cost-state',
  'file-history-delta',
  'file-history-snapshot',
  'frame-link',
  'last-prompt',
  'mode',
  'permission-mode',
  'pr-link',
  'progress',
  'queue-operation',
  'relocated',
  'result',
  'started',
  'tools-used',
  'worktree-state',
]);

/**
 * New versions bring new kinds of state every few weeks: what names its session but has neither an id nor a message
 * is no link of the conversation, so it is not worth a warning.
 */
export function isQuiet({ type, uuid, sessionId, message }: TranscriptRecord): boolean {
  const isState = sessionId !== undefined && uuid === undefined && message === undefined;
  return isState || quietTypes.has(type) || type.startsWith('api-request');
}
