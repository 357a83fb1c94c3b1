type WarningListener = (warning: Error) => void;

/** What of a process is needed: Node prints warnings by a listener of its own. */
export interface WarningSource {
  listeners(event: 'warning'): unknown[];
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: WarningListener): unknown;
}

/** Node 22 and 24 warn that their SQLite is young, which is not for whoever types a command. Every other warning stays. */
export function silenceSqliteWarning(process: WarningSource): void {
  const listeners = process.listeners('warning') as WarningListener[];
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning' || !warning.message.startsWith('SQLite ')) {
      listeners.forEach((listener) => listener.call(process, warning));
    }
  });
}
