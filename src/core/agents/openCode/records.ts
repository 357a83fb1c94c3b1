/**
 * A line of a transcript: a message with its parts, as the program keeps them. Every field may be missing or of another kind
 * in some version: a field that does not fit counts as absent, and only what has no id and no parts is no message.
 */
import * as z from 'zod';

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

const ErrorField = z.object({ name: text, data: z.object({ message: text }).optional().catch(undefined) }).optional().catch(undefined);

export const MessageRecord = z.object({
  id: z.string(),
  data: z.object({
    role: text,
    time: z.object({ created: number, completed: number }).optional().catch(undefined),
    path: z.object({ cwd: text }).optional().catch(undefined),
    error: ErrorField,
  }).catch({ role: undefined, time: undefined, path: undefined, error: undefined }),
  parts: z.array(z.unknown()),
});
export type MessageRecord = z.infer<typeof MessageRecord>;

export const Part = z.object({
  id: z.string(),
  data: z.looseObject({
    type: z.string(),
    text,
    /** The program's words in the message of a person. */
    synthetic: flag,
    /** Of tools. */
    tool: text,
    callID: text,
    state: z.object({ status: text, input: z.unknown().optional(), output: text, error: text }).optional().catch(undefined),
    /** Of files. */
    mime: text,
    url: text,
    filename: text,
    /** Of a task for a sub-agent, and of a try that failed. */
    description: text,
    error: ErrorField,
  }),
});
export type Part = z.infer<typeof Part>;
