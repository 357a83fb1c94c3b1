/** Ctrl-C stops cleanly: the first asks the work to stop, a second does not wait for it. */

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

const cancelled = 130;

/** Listens to the interrupts of this process until disposed. `onFirst` is called once, to say that it is stopping. */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      process.exit(cancelled);
    }
    controller.abort();
    onFirst();
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) {
        process.off(signal, onSignal);
      }
    },
  };
}
