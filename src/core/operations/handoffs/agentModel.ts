/** An agent's own program as the model that writes a handoff: asked without a screen, beside the conversation. */
import type { Agent } from '../../agents/agent.ts';
import { ProcessFailure, runProcess } from '../../common/process.ts';
import { type LanguageModel, ModelFailure } from '../../session/handoff/languageModel.ts';
import type { Machine } from '../machine.ts';

/** What every model that agents work with reads at a time, with room for what the program itself adds. */
const window = 240_000;

/** Undefined where the agent's program cannot be asked so. */
export async function agentModel(agent: Agent, machine: Machine, folder: string): Promise<LanguageModel | undefined> {
  const command = await agent.askCommand?.();
  if (!command) {
    return undefined;
  }
  const [program = '', ...args] = command.argv;
  return {
    maker: 'agent',
    window,
    async ask(question, signal) {
      const output: Buffer[] = [];
      const { exitCode } = await runProcess(program, args, {
        cwd: folder,
        env: { ...Object.fromEntries(Object.entries(machine.env).filter((entry): entry is [string, string] => entry[1] !== undefined)), ...command.env },
        input: question,
        signal,
        timeout: 0,
        onStdout: (stdout) => stdout.on('data', (chunk: Buffer) => output.push(chunk)),
      }).catch((error: unknown) => {
        throw error instanceof ProcessFailure ? new ModelFailure(error.reason === 'no-program' ? 'none' : 'failed', error.message, { cause: error }) : error;
      });
      const answer = command.answerIn(Buffer.concat(output).toString('utf8'));
      if (answer === undefined) {
        machine.logger.warn(`${program} ended with ${exitCode} and gave no answer`);
        throw new ModelFailure(exitCode === 0 ? 'refused' : 'failed', `${program} gave no answer.`);
      }
      return answer;
    },
  };
}
