/** What Ada and her assistant said on the first device while the project of the playground came about. */
import * as path from 'node:path';
import { featureBranch, halfAndHalf, halfAndHalfTest } from './project.ts';
import { TranscriptWriter } from './transcript.ts';

/** The one about pizzas of two halves, in which the favorite pizza is told. */
export const favoriteTold = 'a3d1f2b4-7c55-4f0d-8e3e-2f8f5b0c9d20';

interface Talk {
  id: string;
  text: string;
  /** When the last word was said. */
  minutesOld: number;
}

/** @param minutesAgo a time in the playground's past */
export function conversationsIn(folder: string, minutesAgo: (minutes: number) => Date): Talk[] {
  return [rounding(folder, minutesAgo), halves(folder, minutesAgo)];
}

function rounding(folder: string, minutesAgo: (minutes: number) => Date): Talk {
  const id = '5f0c6f0e-21d4-4c0a-9b0b-6a4a3f1d7c11';
  const talk = new TranscriptWriter({ sessionId: id, folder, branch: 'main' })
    .at(minutesAgo(1560))
    .user('Why do we round prices up to the next five cents?')
    .tool({ name: 'Read', input: { file_path: path.join(folder, 'src/price.js') }, result: '     6\t/** Cents, rounded up to the next five. */' })
    .assistant('`price()` rounds up in one place, so that every size ends in 0 or 5 and the till needs no copper coins. Only the factor for the size makes other amounts; the menu itself is already even.')
    .title('Why prices end in 0 or 5');
  return { id, text: talk.text, minutesOld: 1560 };
}

function halves(folder: string, minutesAgo: (minutes: number) => Date): Talk {
  const id = favoriteTold;
  const inProject = (file: string): string => path.join(folder, file);
  const talk = new TranscriptWriter({ sessionId: id, folder, branch: 'main' })
    .at(minutesAgo(55))
    .user('We want to sell pizzas of two halves. The dearer half decides what it costs. How would you build it?')
    .tool({ name: 'Read', input: { file_path: inProject('src/price.js') }, result: "     1\timport { menu } from './menu.js';" })
    .assistant('`price(pizza, size)` already throws for what is not on the menu, so a second function can lean on it:\n\n1. `src/halfAndHalf.js` with `halfAndHalfPrice(left, right, size)`, the larger of the two prices\n2. a test that the dearer half decides\n\nI would do it on a branch of its own.')
    .user(`Yes, on ${featureBranch}. And so that you know whom you work for: my favorite pizza is Margherita.`)
    .tool({ name: 'Bash', input: { command: `git switch -c ${featureBranch}`, description: 'Create the branch' }, result: `Switched to a new branch '${featureBranch}'` })
    .onBranch(featureBranch)
    .at(minutesAgo(44))
    .tool({ name: 'Write', input: { file_path: inProject('src/halfAndHalf.js'), content: halfAndHalf }, result: `File created successfully at: ${inProject('src/halfAndHalf.js')}` })
    .tool({
      name: 'TodoWrite',
      input: {
        todos: [
          { content: 'Price a pizza of two halves', status: 'completed', activeForm: 'Pricing a pizza of two halves' },
          { content: 'Test that the dearer half decides', status: 'in_progress', activeForm: 'Testing that the dearer half decides' },
          { content: 'Show halves on the receipt', status: 'pending', activeForm: 'Showing halves on the receipt' },
        ],
      },
      result: 'Todos have been modified successfully.',
    })
    .at(minutesAgo(38))
    .tool({ name: 'Bash', input: { command: 'git add src && git commit -m "Price a pizza of two halves"', description: 'Commit' }, result: `[${featureBranch}] Price a pizza of two halves\n 1 file changed, 6 insertions(+)` })
    .assistant('Committed. Margherita noted: it is also the cheapest half you can combine without changing the price of anything else. Next comes the test.')
    .at(minutesAgo(21))
    .user('Round after taking the dearer half, not before. We decided that for the lunch menu too.')
    .assistant('Decided: halves are compared after rounding, as `price()` returns them, so a half is never dearer than the whole pizza on the menu.')
    .tool({ name: 'Write', input: { file_path: inProject('test/halfAndHalf.test.js'), content: halfAndHalfTest }, result: `File created successfully at: ${inProject('test/halfAndHalf.test.js')}` })
    .tool({ name: 'Bash', input: { command: 'npm test', description: 'Run the tests' }, result: '# tests 3\n# pass 3\n# fail 0' })
    .assistant('All three tests pass. The new test is not committed yet. Still open: how the receipt shows a pizza of two halves.')
    .title('Pizzas of two halves');
  return { id, text: talk.text, minutesOld: 20 };
}
