/** What an operation is doing right now. Shells choose the words; `total` is absent while it is unknown. */
export interface Progress {
  phase: ProgressPhase;
  done?: number;
  total?: number;
}

export type ProgressPhase =
  | 'recover'
  | 'preflight'
  | 'list'
  | 'handoff'
  | 'protect'
  | 'commit'
  | 'capture'
  | 'seal'
  | 'publish'
  | 'fetch'
  | 'index'
  | 'code'
  | 'conversation'
  | 'verify';

export type OnProgress = (progress: Progress) => void;
