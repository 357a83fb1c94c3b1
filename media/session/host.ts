/**
 * The page's end of the wire. Everything that comes in is parsed; requests are answered, refused or given up after
 * `patience`, never left hanging.
 */
import { t } from '../../src/l10n/language.ts';
import { HostMessage, KeptPage } from '../../src/protocol/session.ts';
import type { Answer, PageMessage, Request } from '../../src/protocol/session.ts';
import type { PageEvent } from './state.ts';

interface VsCodeApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: KeptPage): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

type WithoutId<T> = T extends unknown ? Omit<T, 'request'> : never;

/** Milliseconds that a request may take. */
const patience = 30_000;
/** Milliseconds in which rows after the first of a timeline are gathered: the list is made anew whenever some come. */
const gathering = 50;

export class Host {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastRequest = 0;
  /** What was kept of this page before its window was loaded anew. */
  readonly kept: KeptPage | undefined;
  #keeping: KeptPage;

  constructor() {
    const kept = KeptPage.safeParse(this.#api.getState());
    this.kept = kept.success ? kept.data : undefined;
    this.#keeping = this.kept ?? { folder: '', session: '', conversation: 0, typed: '', kinds: [] };
  }

  /** Has VS Code keep something, until the page is closed. */
  keep(part: Partial<KeptPage>): void {
    this.#keeping = { ...this.#keeping, ...part };
    this.#api.setState(this.#keeping);
  }

  /** Calls `onEvent` for everything that is not an answer to a request, in order, from now on. What fills a timeline up comes together. */
  listen(onEvent: (event: PageEvent) => void): void {
    let gathered: PageEvent[] = [];
    const handOn = () => {
      const events = gathered;
      gathered = [];
      events.forEach(onEvent);
    };
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const parsed = HostMessage.safeParse(event.data);
      if (!parsed.success) {
        gathered.push({ type: 'not-understood' });
        handOn();
      } else if ('request' in parsed.data) {
        this.#waiting.get(parsed.data.request)?.(parsed.data);
      } else {
        gathered.push(parsed.data);
        if (parsed.data.type !== 'timeline' || parsed.data.from === 0) handOn();
        else if (gathered.length === 1) setTimeout(handOn, gathering);
      }
    });
  }

  post(message: Exclude<PageMessage, { request: number }>): void {
    this.#api.postMessage(message);
  }

  /** Never rejects: what goes wrong is a `refused` with a sentence. */
  ask(request: WithoutId<Request>): Promise<Answer> {
    const id = ++this.#lastRequest;
    return new Promise((resolve) => {
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ type: 'refused', request: id, message: t`ConvoSync did not answer.` }), patience);
      this.#waiting.set(id, settle);
      this.#api.postMessage({ ...request, request: id });
    });
  }
}
