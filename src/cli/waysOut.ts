/** The ways out of a preflight that the command line itself carries out for the person at the terminal. */
import * as path from 'node:path';
import { ConvoSyncError } from '../core/common/errors.ts';
import type { Finding, Remedy } from '../core/git/finding.ts';
import { listFact, textFact } from '../wording/facts.ts';
import type { Invocation } from './invocation.ts';
import type { Answers } from './questions.ts';
import { openInEditor } from './terminal/editor.ts';
import type { Prompts } from './terminal/prompts.ts';

type Terminal = Invocation & { prompts: Prompts };
type WayOut = (terminal: Terminal, finding: Finding, answers: Answers) => Promise<void>;

const waysOut: Partial<Record<Remedy, WayOut>> = {
  retry: () => Promise.resolve(),

  initialise: async ({ convosync, work, folder, output }, _, { folder: elsewhere = folder }) => {
    await work((run) => convosync.initialise(elsewhere, run));
    output.tell(elsewhere, (top) => `${top} is a repository with an empty first commit now.`);
  },

  'add-remote': async ({ convosync, work, folder, prompts, output }) => {
    const address = await prompts.ask('Address of the remote');
    await work((run) => convosync.addRemote(folder, address, run));
    output.tell(address, (added) => `Added ${added} as “origin”; git remote remove origin takes it back.`);
  },

  clone: async ({ convosync, work, currentFolder, prompts }, { details }, answers) => {
    const address = await prompts.ask('Address to clone from', textFact(details, 'url') ?? '');
    const into = await prompts.ask('Folder for the clone', path.posix.basename(address).replace(/\.git$/, ''));
    answers.folder = await work((run) => convosync.clone(address, { into, from: currentFolder }, run));
  },

  'open-other': async ({ prompts }, { details }, answers) => {
    const folders = listFact(details, 'folders');
    const [only] = folders;
    answers.folder = folders.length > 1 || only === undefined ? await prompts.choose('Which one?', folders.map((value) => ({ value, label: value }))) : only;
  },

  'open-files': async ({ env, folder }, { details }, { folder: elsewhere = folder }) => {
    const top = textFact(details, 'folder') ?? elsewhere;
    await openInEditor(listFact(details, 'files').map((file) => path.join(top, file)), env);
  },

  worktree: async ({ convosync, work, folder, output }, { details }, answers) => {
    answers.folder = await work((run) => convosync.addWorktree(folder, textFact(details, 'branch') ?? 'session', run));
    answers.worktree = answers.folder;
    answers.choices = { ...answers.choices, 'detached-head': 'switch' };
    output.tell(answers.folder, (beside) => `Made a working tree in ${beside}.`);
  },
};

/** False for a remedy that is an answer for the next plan. */
export function isCarriedOutHere(remedy: Remedy): boolean {
  return waysOut[remedy] !== undefined;
}

/** What comes of it is in the repository, or among the answers. */
export async function carryOut(terminal: Terminal, remedy: Remedy, finding: Finding, answers: Answers): Promise<void> {
  const way = waysOut[remedy];
  if (!way) {
    throw new ConvoSyncError('usage', 'This is not carried out here.', { details: { remedy } });
  }
  await way(terminal, finding, answers);
}
