/** Lets a person edit a text in their own editor. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { ConvoSyncError } from '../../core/common/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The text as the editor left it. `VISUAL` and `EDITOR` may carry arguments and are read by the shell, as git does.
 *
 * @throws ConvoSyncError `cancelled` when the editor failed or left nothing, `usage` when none is named
 */
export async function editText(text: string, name: string, env: Environment): Promise<string> {
  const editor = editorIn(env);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'convosync-'));
  try {
    const file = path.join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    if ((await runEditor(editor, [file])) !== 0) {
      throw new ConvoSyncError('cancelled', 'The editor ended with an error.');
    }
    const edited = await readFile(file, 'utf8');
    if (edited.trim() === '') {
      throw new ConvoSyncError('cancelled', 'The text was left empty.');
    }
    return edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Has a person edit these files, until the editor ends. @throws ConvoSyncError `cancelled`, `usage`, as `editText` */
export async function openInEditor(files: readonly string[], env: Environment): Promise<void> {
  if ((await runEditor(editorIn(env), files)) !== 0) {
    throw new ConvoSyncError('cancelled', 'The editor ended with an error.');
  }
}

function editorIn(env: Environment): string {
  const editor = [env['VISUAL'], env['EDITOR']].find((value) => value !== undefined && value.trim() !== '');
  if (editor === undefined) {
    throw new ConvoSyncError('usage', 'No editor is named: set VISUAL or EDITOR.');
  }
  return editor;
}

function runEditor(editor: string, files: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = process.platform === 'win32'
      ? spawn(`${editor} ${files.map((file) => `"${file}"`).join(' ')}`, { stdio: 'inherit', shell: true })
      : spawn('sh', ['-c', `${editor} "$@"`, editor, ...files], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', resolve);
  });
}
