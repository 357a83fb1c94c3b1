/** What a tool call says in one line, and which files it writes, from the input of OpenCode's own tools. */
import { patchedFiles } from '../patchedFiles.ts';
import { type FieldsByTool, fieldsOf, namedByFields, progressOf, stringField, summaryByFields, summaryLine } from '../toolFields.ts';

const tellingFields: FieldsByTool = {
  bash: ['command'],
  edit: ['filePath'],
  glob: ['pattern'],
  grep: ['pattern'],
  list: ['path'],
  read: ['filePath'],
  skill: ['name'],
  task: ['description', 'prompt'],
  webfetch: ['url'],
  websearch: ['query'],
  write: ['filePath'],
};

const writingTools: FieldsByTool = {
  edit: ['filePath'],
  write: ['filePath'],
};

export function toolSummary(name: string, input: unknown): string {
  const { todos } = fieldsOf(input);
  if (name === 'todowrite' && Array.isArray(todos)) {
    return progressOf(todos);
  }
  const patched = patchOf(name, input);
  return patched ? summaryLine(patched.join(' ')) : summaryByFields(name, input, tellingFields);
}

/** The paths that the call names as its targets, as it names them; empty for tools that write no file themselves. */
export function toolWrites(name: string, input: unknown): string[] {
  return patchOf(name, input) ?? namedByFields(name, input, writingTools);
}

function patchOf(name: string, input: unknown): string[] | undefined {
  return name === 'apply_patch' || name === 'patch' ? patchedFiles(stringField(fieldsOf(input), 'patchText') ?? '') : undefined;
}
