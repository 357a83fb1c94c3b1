import type { WrittenHandoff } from '../../session/handoff/handoffWriter.ts';

/** The handoff that a model wrote last in this process: a save is planned several times, and nobody pays twice for the same words. */
export class HandoffDrafts {
  #last: { key: string; written: Promise<WrittenHandoff> } | undefined;

  /** @param key says everything that it is written of; one that was cancelled is begun anew */
  async of(key: string, write: () => Promise<WrittenHandoff>): Promise<WrittenHandoff> {
    const draft = this.#last?.key === key ? this.#last : { key, written: write() };
    this.#last = draft;
    try {
      return await draft.written;
    } catch (error) {
      this.#last = undefined;
      throw error;
    }
  }
}
