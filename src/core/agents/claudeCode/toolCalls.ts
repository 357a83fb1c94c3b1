/** What a tool call says in one line, and which files it writes, from the input of Claude Code's own tools. */
import { type FieldsByTool, fieldsOf, namedByFields, progressOf, stringField, summaryByFields, summaryLine } from '../toolFields.ts';

const tellingFields: FieldsByTool = {
  Agent: ['description', 'prompt'],
  AskUserQuestion: ['question'],
  Bash: ['command'],
  BashOutput: ['bash_id'],
  Edit: ['file_path'],
  ExitPlanMode: ['plan'],
  Glob: ['pattern'],
  Grep: ['pattern'],
  KillShell: ['shell_id'],
  LS: ['path'],
  MultiEdit: ['file_path'],
  NotebookEdit: ['notebook_path'],
  Read: ['file_path'],
  SendMessage: ['summary', 'message'],
  Skill: ['skill', 'command'],
  Task: ['description', 'prompt'],
  TaskCreate: ['subject'],
  TaskOutput: ['task_id'],
  TaskStop: ['task_id'],
  ToolSearch: ['query'],
  WebFetch: ['url'],
  WebSearch: ['query'],
  Write: ['file_path'],
};

const writingTools: FieldsByTool = {
  Edit: ['file_path'],
  MultiEdit: ['file_path'],
  NotebookEdit: ['notebook_path'],
  Write: ['file_path'],
};

export function toolSummary(name: string, input: unknown): string {
  const fields = fieldsOf(input);
  if (name === 'TodoWrite' && Array.isArray(fields['todos'])) {
    return progressOf(fields['todos']);
  }
  if (name === 'TaskUpdate') {
    return summaryLine(['taskId', 'status', 'subject'].map((field) => stringField(fields, field) ?? '').join(' '));
  }
  return summaryByFields(name, input, tellingFields);
}

/** The path that the call names as its target, as it names it; empty for tools that write no file themselves. */
export function toolWrites(name: string, input: unknown): string[] {
  return namedByFields(name, input, writingTools);
}
