/** The records of a Qwen Code transcript, as far as we read them. A field that does not fit counts as absent. */
import * as z from 'zod';

import { Content } from '../contentParts.ts';

const text = z.string().optional().catch(undefined);

export const TranscriptRecord = z.object({
  type: z.enum(['user', 'assistant', 'tool_result', 'system']),
  subtype: text,
  uuid: z.string(),
  sessionId: text,
  timestamp: text,
  cwd: text,
  gitBranch: text,
  message: z.object({ parts: Content }).optional().catch(undefined),
  toolCallResult: z.object({ status: text }).optional().catch(undefined),
  systemPayload: z.object({ customTitle: text, rawCommand: text, displayText: text, phase: text }).optional().catch(undefined),
});
export type TranscriptRecord = z.infer<typeof TranscriptRecord>;
