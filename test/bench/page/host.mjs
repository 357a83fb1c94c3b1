// Plays the editor inside the browser: sends the rows that are there in batches, as the extension does, and notes how long it takes
// from the start of the page's script until a message can be seen.
const { rows = [] } = window;
// As in `sessionPage/rows`, for messages of 5,000 characters.
const firstBatch = 12;
const batch = 120;

const handoff = ['# Handoff', '', '## Current Task', '', 'Bake for the whole street.', '', '## Next Steps', '', ...Array.from({ length: 20 }, (_, step) => `- [ ] Step ${step} of the dough, with \`oven.ts\` and **care**`)].join('\n');

// The first message from a window to itself takes the browser some 20 ms, which in the editor, where they come from another frame, no page waits for.
const { port1, port2 } = new MessageChannel();
port2.onmessage = ({ data }) => window.dispatchEvent(new MessageEvent('message', { data }));
const post = (message) => port1.postMessage(message);

async function send() {
  for (let from = 0, size = firstBatch; from < rows.length; from += size, size = batch) {
    post({ type: 'timeline', conversation: 0, from, total: rows.length, rows: rows.slice(from, from + size) });
    await new Promise((resolve) => setTimeout(resolve));
  }
}

window.acquireVsCodeApi = () => ({
  getState: () => undefined,
  setState: () => undefined,
  postMessage({ type }) {
    if (type === 'ready') {
      post({
        type: 'session', verdict: { state: 'in-sync', actions: [] }, handoff,
        facts: {
          id: '7c9e6679f1b24e0c', folder: '/', title: 'Measured', device: { name: 'laptop', kind: 'laptop', here: true }, unknownAgents: [], commit: 'a'.repeat(40),
          subject: '', savedAt: '2026-03-13T01:12:00.000Z', redactions: 0, conversations: [{ agent: 'Claude Code', messages: rows.length, issues: 0 }],
        },
      });
    } else if (type === 'show') {
      void send();
    }
  },
});

const begun = performance.now();
/** The first content of an empty list is its first row; that of the page its head: verdict, title, device and branch. */
for (const [name, selector] of [['firstContent', '.head, main > div > article'], ['firstMessage', 'article']]) {
  new MutationObserver((_, observer) => {
    if (document.querySelector(selector)) {
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window[name] = performance.now() - begun;
      }));
    }
  }).observe(document, { childList: true, subtree: true });
}
