/** A language model of the editor, as whatever extension is installed offers it. The editor asks the user for permission, once. */
import * as vscode from 'vscode';
import { type LanguageModel, ModelFailure, type WhyNot } from '../core/session/handoff/languageModel.ts';
import { t } from '../l10n/language.ts';

/** Of every token so many characters are sure: fewer than in English text, since code and other scripts have more tokens. */
const charactersPerToken = 2.5;
/** Of the window for the answer, and for what the provider adds. */
const reserved = 6000;

/** The one with the largest window; undefined where there is none. */
export async function editorModel(): Promise<LanguageModel | undefined> {
  const models = await vscode.lm.selectChatModels();
  const [model] = models.sort((a, b) => b.maxInputTokens - a.maxInputTokens);
  return model && {
    maker: 'editor',
    window: windowOf(model),
    ask: (question, signal) => askModel(model, question, t`ConvoSync has the handoff of your conversation written.`, signal),
  };
}

/** How many characters of a question are sure to fit. */
export function windowOf({ maxInputTokens }: vscode.LanguageModelChat): number {
  return Math.max(0, Math.floor((maxInputTokens - reserved) * charactersPerToken));
}

/**
 * @param justification what the editor says to the user where it asks whether the model may be used
 * @throws ModelFailure, or what the signal was aborted with
 */
export async function askModel(model: vscode.LanguageModelChat, question: string, justification: string, signal: AbortSignal): Promise<string> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const message = vscode.LanguageModelChatMessage.User(question);
    const { text } = await model.sendRequest([message], { justification }, source.token);
    let answer = '';
    for await (const part of text) {
      signal.throwIfAborted();
      answer += part;
    }
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    throw new ModelFailure(error instanceof vscode.LanguageModelError ? whyNot(error) : 'failed', 'The model did not answer.', { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

function whyNot({ code }: vscode.LanguageModelError): WhyNot {
  switch (code) {
    case vscode.LanguageModelError.NotFound.name:
      return 'none';
    case vscode.LanguageModelError.Blocked.name:
    case vscode.LanguageModelError.NoPermissions.name:
      return 'refused';
    default:
      return 'failed';
  }
}
