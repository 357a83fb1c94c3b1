/** One getter per setting, read fresh each time, defaulted also where a settings file says nonsense. */
import * as vscode from 'vscode';
import { type LeaveOut, leaveOutByDefault, megabyte } from '../core/git/leftOut.ts';
import type { ChangesAs, HandoffBy, HandoffFile } from '../core/operations/plan.ts';
import { defaultUndoRetention, type UndoRetention } from '../core/operations/undo/undoRetention.ts';
import { defaultRetention, type RetentionPolicy } from '../core/vault/retention.ts';
import type { AutoSaveChoice } from './autoSave.ts';

const section = 'convosync';

/** What of a window goes along with a save, and is opened again by a resume. */
export interface ContextChoice {
  editors: boolean;
  terminals: boolean;
  breakpoints: boolean;
  /** Names of variables. */
  environment: readonly string[];
}

export const configuration = {
  /** Look for sessions of other devices when the window gets the focus, and now and then while it has it. */
  get backgroundRefresh(): boolean {
    return read('backgroundRefresh') !== false;
  },

  /** Whether a notification tells of a session that another device has saved. */
  get announcesSessions(): boolean {
    return read('notifications.newSession') !== false;
  },

  /** As `22:00-07:00`, or empty (see `isQuiet`). */
  get quietHours(): string {
    const value = read('notifications.quietHours');
    return typeof value === 'string' ? value : '';
  },

  /** When the window saves by itself. */
  get autoSave(): AutoSaveChoice {
    return { afterTurn: read('autoSave.afterTurn') === true, onFocusLost: read('autoSave.onFocusLost') === true, onQuit: read('autoSave.onQuit') === true };
  },

  /** Who says how uncommitted changes are saved: what was answered once for the repository, a question each time, or this. */
  get changesAs(): 'remembered' | 'ask' | ChangesAs {
    const value = read('save.changes');
    return value === 'ask' || value === 'commit' || value === 'snapshot' ? value : 'remembered';
  },

  /** What is not saved unless the user wants it in, beyond what never is; 0 in the settings is any size. */
  get leaveOut(): LeaveOut {
    const megabytes = limit('save.largestFile', leaveOutByDefault.largest / megabyte);
    return { patterns: strings('save.exclude'), largest: megabytes === undefined ? Infinity : megabytes * megabyte };
  },

  get context(): ContextChoice {
    return { editors: read('context.editors') !== false, terminals: read('context.terminals') !== false, breakpoints: read('context.breakpoints') === true, environment: strings('context.environment') };
  },

  /** How handoffs are kept in the repository, for people and agents without ConvoSync. */
  get handoffFile(): HandoffFile {
    const value = read('handoff.keepInRepository');
    return value === 'device' || value === 'plugin' ? value : 'none';
  },

  /** Who writes handoffs. */
  get handoffBy(): HandoffBy {
    const value = read('handoff.writer');
    return value === 'model' || value === 'agent' ? value : 'transcript';
  },

  /** Sections and language of handoffs, as it is written in the settings. */
  get handoffTemplate(): unknown {
    return read('handoff.template');
  },

  /** Whether the first save in a repository asks who may read what is saved, or takes that whoever can read it may. */
  get newVault(): 'ask' | 'readable' {
    return read('newVault') === 'readable' ? 'readable' : 'ask';
  },

  /** How long what is saved stays; 0 in the settings is for ever. */
  get retention(): RetentionPolicy {
    const { days, sessions, trashDays } = defaultRetention;
    return { days: limit('retention.days', days), sessions: limit('retention.sessions', sessions), trashDays: limit('retention.trashDays', trashDays) ?? 0 };
  },

  /** How long what an undo needs stays on this device; 0 in the settings is for ever. */
  get undoRetention(): UndoRetention {
    const { days, points } = defaultUndoRetention;
    return { days: limit('retention.undoDays', days), points: limit('retention.undoPoints', points) };
  },

  /** False keeps the branch where it is at the remote; the commits then travel inside the session. */
  get pushesBranch(): boolean {
    return read('save.push') !== false;
  },

  onDidChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(section)) {
        listener();
      }
    });
  },
};

function limit(name: string, otherwise: number | undefined): number | undefined {
  const value = read(name);
  return typeof value !== 'number' || value < 0 ? otherwise : value === 0 ? undefined : value;
}

function strings(name: string): string[] {
  const value = read(name);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function read(name: string): unknown {
  return vscode.workspace.getConfiguration(section).get<unknown>(name);
}
