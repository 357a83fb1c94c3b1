/**
 * What was open around the code and the conversation of a session: editors, terminals with what had run in them, and, where a
 * person wanted them along, breakpoints and environment variables. It is for a shell to open again; nothing of it is ever run.
 *
 * Paths are relative to the repository's top, with `/`. They come from other devices: `isInside` says which can be followed.
 */
import * as z from 'zod';

const Position = z.object({ /** From 0. */ line: z.int().nonnegative(), /** From 0, in UTF-16 code units. */ character: z.int().nonnegative() });

/** Of a text: where a selection began, and where the cursor is. */
export const TextSelection = z.object({ anchor: Position, active: Position });
export type TextSelection = z.infer<typeof TextSelection>;

export const OpenEditor = z.object({
  path: z.string().min(1),
  /** The group of editors that it is in, from 1. */
  group: z.int().positive(),
  /** The one that its group shows. */
  shown: z.boolean().optional(),
  pinned: z.boolean().optional(),
  /** Known of those that were in sight. */
  selections: z.array(TextSelection).optional(),
});
export type OpenEditor = z.infer<typeof OpenEditor>;

/** How groups of editors divide the window, in VS Code's own terms. */
export interface EditorGroups {
  size?: number | undefined;
  groups?: EditorGroups[] | undefined;
}
const EditorGroups: z.ZodType<EditorGroups> = z.lazy(() => z.object({ size: z.number().positive().optional(), groups: z.array(EditorGroups).max(50).optional() }));

export const EditorLayout = z.object({ /** 0: side by side, 1: one above the other. */ orientation: z.union([z.literal(0), z.literal(1)]).optional(), groups: z.array(EditorGroups).max(50) });
export type EditorLayout = z.infer<typeof EditorLayout>;

export const RanCommand = z.object({ command: z.string(), /** Absent while it ran, and where the terminal did not tell. */ exitCode: z.int().optional() });
export type RanCommand = z.infer<typeof RanCommand>;

export const OpenTerminal = z.object({
  name: z.string(),
  /** Empty for the top; absent where it was outside of the repository. */
  folder: z.string().optional(),
  /** The last ones, in order. */
  commands: z.array(RanCommand),
});
export type OpenTerminal = z.infer<typeof OpenTerminal>;

export const Breakpoint = z.object({
  path: z.string().min(1),
  /** From 0. */
  line: z.int().nonnegative(),
  character: z.int().nonnegative().optional(),
  enabled: z.boolean(),
  condition: z.string().optional(),
  hitCondition: z.string().optional(),
  logMessage: z.string().optional(),
});
export type Breakpoint = z.infer<typeof Breakpoint>;

export const SessionContext = z.object({
  /** Where the person worked; empty for the top. */
  folder: z.string(),
  editors: z.array(OpenEditor),
  layout: EditorLayout.optional(),
  terminals: z.array(OpenTerminal),
  breakpoints: z.array(Breakpoint).optional(),
  /** Variables that a person named. */
  environment: z.record(z.string(), z.string()).optional(),
});
export type SessionContext = z.infer<typeof SessionContext>;

/** There is nothing in it that could be opened again. */
export function isBare({ folder, editors, terminals, breakpoints = [], environment = {} }: SessionContext): boolean {
  return folder === '' && editors.length + terminals.length + breakpoints.length + Object.keys(environment).length === 0;
}

/** Whether a path stays below the repository's top, on every system; empty for the top itself. */
export function isInside(path: string): boolean {
  return !/^[/\\]|^[A-Za-z]:|[\0\\]/.test(path) && !path.split('/').includes('..');
}

const most = { editors: 200, terminals: 30, commands: 10, commandLength: 2_000, breakpoints: 500, variables: 100, valueLength: 32_000 } as const;

/** As much of it as is of use: what a session names has to be read with every look at it. */
export function boundContext({ folder, editors, layout, terminals, breakpoints, environment }: SessionContext): SessionContext {
  return {
    folder,
    editors: editors.filter(({ path }) => isInside(path)).slice(0, most.editors),
    ...(layout ? { layout } : {}),
    terminals: terminals.slice(0, most.terminals).map(({ commands, ...terminal }) => ({
      ...terminal,
      commands: commands.slice(-most.commands).map(({ command, ...ran }) => ({ command: command.slice(0, most.commandLength), ...ran })),
    })),
    ...(breakpoints ? { breakpoints: breakpoints.filter(({ path }) => isInside(path)).slice(0, most.breakpoints) } : {}),
    ...(environment ? { environment: Object.fromEntries(Object.entries(environment).filter(([, value]) => value.length <= most.valueLength).slice(0, most.variables)) } : {}),
  };
}
