/** What a tool call says in one line, and which files it writes, from the input of Codex's own tools. */
import { patchedFiles } from '../patchedFiles.ts';
import { type FieldsByTool, fieldsOf, progressOf, summaryByFields, summaryLine } from '../toolFields.ts';

const tellingFields: FieldsByTool = {
  exec_command: ['cmd'],
  followup_task: ['message'],
  request_user_input: ['question'],
  send_input: ['message'],
  send_message: ['message'],
  spawn_agent: ['message', 'task_name'],
  view_image: ['path'],
  web_search: ['query', 'url', 'pattern'],
  write_stdin: ['chars'],
};

export function toolSummary(name: string, input: unknown): string {
  const { command, plan } = fieldsOf(input);
  if (Array.isArray(plan)) {
    return progressOf(plan);
  }
  const [patched] = toolWrites(input);
  if (patched !== undefined) {
    return summaryLine(patched);
  }
  if (Array.isArray(command)) {
    // `bash -lc` says nothing that what follows it does not say.
    return summaryLine(/^-\w*c$/.test(String(command[1])) ? String(command[2]) : command.join(' '));
  }
  return typeof input === 'string' ? summaryLine(input) : summaryByFields(name, input, tellingFields);
}

/** What the patches in it name: one that is the whole input, lies in a command, or in the code that calls for it. */
export function toolWrites(input: unknown): string[] {
  const texts = typeof input === 'string' ? [input] : Object.values(fieldsOf(input)).flat().filter((value) => typeof value === 'string');
  return texts.filter((text) => text.includes('*** Begin Patch')).flatMap((text) => patchedFiles(text.replaceAll('\\n', '\n')));
}
