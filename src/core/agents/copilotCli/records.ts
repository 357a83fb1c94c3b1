/**
 * The events of a Copilot CLI session, as far as we read them. Every field may be missing or of another kind in some
 * version: a field that does not fit counts as absent, and only what has neither a type nor an id is no event.
 */
import * as z from 'zod';

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const list = z.array(z.unknown()).catch([]);

export const SessionEvent = z.object({
  type: z.string(),
  id: z.string(),
  timestamp: text,
  /** Set in what a sub-agent did. */
  agentId: text,
  data: z.looseObject({}).catch({}),
});
export type SessionEvent = z.infer<typeof SessionEvent>;

const Context = z.object({ cwd: text, branch: text });

/** Of `session.start` and `session.resume`; `session.context_changed` is one itself. */
export const SessionOpened = z.object({ context: Context.optional().catch(undefined) });
export const ContextChanged = Context;

export const UserMessage = z.object({
  content: z.string(),
  /** Absent for what a person typed. */
  source: text,
  isAutopilotContinuation: flag,
  attachments: list,
});

export const Attachment = z.object({ type: text, displayName: text, path: text, mimeType: text, data: text });

export const AssistantMessage = z.object({
  messageId: text,
  content: z.string().catch(''),
  reasoningText: z.string().catch(''),
  toolRequests: list,
  /** An answer may come in several events: which, from 0, of how many. */
  chunkIndex: count,
  chunkCount: count,
});

export const ToolRequest = z.object({ toolCallId: z.string().catch(''), name: z.string().catch(''), arguments: z.unknown().optional() });

export const UserRequestedTool = z.object({ toolCallId: z.string().catch(''), toolName: z.string().catch(''), arguments: z.unknown().optional() });

export const ToolComplete = z.object({
  toolCallId: z.string().catch(''),
  success: z.boolean().catch(true),
  result: z.object({ content: z.string().catch(''), contents: list }).optional().catch(undefined),
  error: z.object({ message: z.string().catch('') }).optional().catch(undefined),
});

export const ImageContent = z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string() });

/** By type of event, the field with which the program tells a reader something of itself; every other type says nothing. */
export const noticeFields: Readonly<Record<string, string>> = {
  abort: 'reason',
  'session.compaction_complete': 'summaryContent',
  'session.error': 'message',
  'session.handoff': 'summary',
  'session.task_complete': 'summary',
  'session.warning': 'message',
  'system.notification': 'content',
};
