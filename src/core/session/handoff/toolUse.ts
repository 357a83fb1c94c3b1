import type { Block, Message } from '../message.ts';

type ToolCall = Extract<Block, { type: 'toolCall' }>;

/** A call of a tool together with what came back. */
export interface ToolUse extends Pick<ToolCall, 'name' | 'summary' | 'input' | 'writes'> {
  /** Index of the message that holds the call. */
  index: number;
  sidechain: boolean;
  workingDirectory?: string;
  /** Absent while the call is unanswered. */
  result?: { text: string; failed: boolean };
}

/** In the order of the calls, those of sub-agents among them. */
export function readToolUses(messages: readonly Message[]): ToolUse[] {
  const uses = new Map<string, ToolUse>();
  for (const message of messages) {
    for (const block of message.blocks) {
      if (block.type === 'toolCall') {
        const { name, summary, input, writes } = block;
        const { index, sidechain = false, workingDirectory } = message;
        uses.set(block.callId, { name, summary, input, writes, index, sidechain, ...(workingDirectory !== undefined && { workingDirectory }) });
      } else if (block.type === 'toolResult') {
        const use = uses.get(block.callId);
        if (use) {
          use.result = { text: block.text, failed: block.failed };
        }
      }
    }
  }
  return [...uses.values()];
}
