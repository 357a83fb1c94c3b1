/**
 * The records of a Codex transcript, as far as we read them. Every field may be missing or of another kind in some version:
 * a field that does not fit counts as absent, and only what has no `type` and no `payload` is no record.
 */
import * as z from 'zod';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

export const RolloutRecord = z.object({ type: z.string(), timestamp: text, ordinal: number, payload: z.looseObject({ type: text }) });
export type RolloutRecord = z.infer<typeof RolloutRecord>;

/** The first record. Later ones repeat it, or are those of the conversation that this one was copied from. */
export const SessionMeta = z.object({
  id: text,
  /** Of a sub-agent, the conversation that it works for. */
  session_id: text,
  cwd: text,
  model_provider: text,
  git: z.object({ branch: text }).optional().catch(undefined),
  /** With `paginated` every record carries its ordinal. */
  history_mode: text,
  /** Set for a sub-agent. */
  parent_thread_id: text,
  source: z.object({ subagent: z.object({ thread_spawn: z.object({ parent_thread_id: text }).optional().catch(undefined) }) }).optional().catch(undefined),
  /** What a fork goes on from: so many bytes of another transcript, up to a record of it. */
  history_base: z.object({ thread_id: z.string(), end_ordinal_exclusive: z.int(), end_byte_offset: z.int() }).optional().catch(undefined),
});
export type SessionMeta = z.infer<typeof SessionMeta>;

export function parentThreadOf(meta: SessionMeta): string | undefined {
  return meta.parent_thread_id ?? meta.source?.subagent.thread_spawn?.parent_thread_id;
}

export const TurnContext = z.object({ cwd: text });

export const ContentItem = z.looseObject({ type: z.string(), text, image_url: text });
export type ContentItem = z.infer<typeof ContentItem>;

const contentItems = z.array(z.unknown()).catch([]);

export const ResponseItem = z.looseObject({
  type: z.string(),
  id: text,
  role: text,
  content: contentItems,
  summary: contentItems,
  /** Says of each element of the content where it comes from, in newer versions. */
  internal_chat_message_metadata_passthrough: z.object({ content_item_kinds: z.array(z.string()) }).optional().catch(undefined),
  call_id: text,
  name: text,
  /** JSON as text, of a function; a text as it is, of a tool of another kind. */
  arguments: z.unknown().optional(),
  input: text,
  output: z.unknown().optional(),
  action: z.unknown().optional(),
});
export type ResponseItem = z.infer<typeof ResponseItem>;

/** Where the program runs and may write, since they were set. */
export const ThreadSettings = z.object({ cwd: text, runtime_workspace_roots: z.array(z.string()).catch([]) }).catch({ cwd: undefined, runtime_workspace_roots: [] });
export type ThreadSettings = z.infer<typeof ThreadSettings>;

export const EventMessage = z.looseObject({
  type: z.string(),
  message: text,
  reason: text,
  thread_name: text,
  thread_settings: z.object({ model_provider_id: text }).optional().catch(undefined),
  review_output: z.object({ overall_explanation: text }).optional().catch(undefined),
});
export type EventMessage = z.infer<typeof EventMessage>;

/** Types that say nothing to a reader of the conversation: bookkeeping and state of the program. */
export const quietTypes: ReadonlySet<string> = new Set(['inter_agent_communication_metadata', 'token_usage_record', 'world_state']);
