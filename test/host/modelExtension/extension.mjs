// A language model for the tests, as an extension offers one to others: what it is asked goes to the stub of the models' APIs
// at CONVOSYNC_TEST_MODEL, where the tests read it and prepare the answer. "!refused" and "!broken" are no answers but ways
// to fail. Where CONVOSYNC_TEST_CONSENT is set, the user has to allow that another extension uses it. VS Code's chat wants an
// assistant of its own beside it, which has little to say; `@assistant` calls the tool of ConvoSync's MCP server that it is told
// to, and tells the model what came of it.
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

const model = {
  id: 'stub', name: 'Stub', family: 'stub', version: '1', maxInputTokens: 100_000, maxOutputTokens: 8_000,
  capabilities: { toolCalling: true }, isDefault: true, isUserSelectable: true,
  ...(process.env.CONVOSYNC_TEST_CONSENT === undefined ? {} : { requiresAuthorization: { label: 'Ada' } }),
};

export function activate({ subscriptions }) {
  subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('convosync-tests', {
      provideLanguageModelChatInformation: () => [model],
      provideLanguageModelChatResponse: async (_model, messages, _options, progress) => {
        const text = await answerTo(messages.map(({ role, content }) => ({
          role: role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'assistant',
          content: content.map((part) => part.value ?? '').join(''),
        })));
        if (text === '!refused') {
          throw vscode.LanguageModelError.Blocked('The model does not want to.');
        }
        if (text === '!broken') {
          throw new Error('The model is broken.');
        }
        progress.report(new vscode.LanguageModelTextPart(text));
      },
      provideTokenCount: async (_model, text) => Math.ceil(String(text).length / 4),
    }),
    vscode.chat.createChatParticipant('convosync-tests.default', (_request, _context, stream) => stream.markdown('Noted.')),
    vscode.chat.createChatParticipant('convosync-tests.assistant', async ({ prompt }, _context, stream) => {
      const { content } = await vscode.lm.invokeTool(await toolNamed(prompt), { input: {}, toolInvocationToken: undefined });
      stream.markdown(await answerTo([{ role: 'user', content: content.map((part) => part.value).join('') }]));
    }),
  );
}

async function toolNamed(name) {
  await vscode.commands.executeCommand('workbench.mcp.startServer', 'convosync.convosync/ConvoSync', {});
  for (;;) {
    const tool = vscode.lm.tools.find((each) => each.name.endsWith(`_${name}`));
    if (tool) {
      return tool.name;
    }
    await delay(100);
  }
}

async function answerTo(messages) {
  const response = await fetch(`${process.env.CONVOSYNC_TEST_MODEL}/v1/chat/completions`, { method: 'POST', body: JSON.stringify({ model: model.id, messages }) });
  return (await response.json()).choices[0].message.content;
}
