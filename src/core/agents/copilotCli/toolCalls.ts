/** What a tool call says in one line, and which files it writes, from the input of Copilot CLI's own tools. */
import { patchedFiles } from '../patchedFiles.ts';
import { type FieldsByTool, fieldsOf, namedByFields, stringField, summaryByFields, summaryLine } from '../toolFields.ts';

const tellingFields: FieldsByTool = {
  bash: ['command'],
  create: ['path'],
  edit: ['path'],
  glob: ['pattern'],
  grep: ['pattern'],
  powershell: ['command'],
  report_intent: ['intent'],
  skill: ['skill', 'name'],
  sql: ['description', 'query'],
  task: ['description', 'prompt'],
  task_complete: ['summary'],
  view: ['path'],
  web_fetch: ['url'],
  write_agent: ['message'],
};

const writingTools: FieldsByTool = {
  create: ['path'],
  edit: ['path'],
};

export function toolSummary(name: string, input: unknown): string {
  const patched = patchOf(name, input);
  return patched ? summaryLine(patched.join(' ')) : summaryByFields(name, input, tellingFields);
}

/** The paths that the call names as its targets, as it names them; empty for tools that write no file themselves. */
export function toolWrites(name: string, input: unknown): string[] {
  return patchOf(name, input) ?? namedByFields(name, input, writingTools);
}

function patchOf(name: string, input: unknown): string[] | undefined {
  const fields = fieldsOf(input);
  return name === 'apply_patch' ? patchedFiles(typeof input === 'string' ? input : (stringField(fields, 'patch') ?? stringField(fields, 'input') ?? '')) : undefined;
}
