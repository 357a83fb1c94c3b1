// Runs in the browser before the page's own script: the editor's side of a webview, played by the test.
// Installs acquireVsCodeApi and what the page object calls.
window.acquireVsCodeApi = () => ({
  postMessage(message) {
    if (message.type === 'ready') window.isReady = true;
    window.postToTest(message);
  },
  getState: () => window.kept,
  setState(state) {
    window.kept = state;
  },
});

addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  window.complainToTest(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
});

window.inPage = {
  send(message) {
    window.postMessage(message, '*');
  },
  positions() {
    return [...document.querySelectorAll('article')].map((entry) => [entry.getAttribute('aria-posinset'), entry.getBoundingClientRect().top]);
  },
  async unfoldAll() {
    for (let rounds = 0; rounds < 5; rounds++) {
      for (const button of document.querySelectorAll('article [aria-expanded=false]')) button.click();
      await this.settled();
    }
  },
  overlaps() {
    const boxes = [...document.querySelectorAll('article')].map((entry) => entry.getBoundingClientRect());
    return boxes.filter((box, at) => at > 0 && box.top < boxes[at - 1].bottom - 1).length;
  },
  // Resolves when three frames in a row brought nothing new to lay out, or after two seconds.
  async settled() {
    let before = '';
    for (let calm = 0, frames = 0; calm < 3 && frames < 120; frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const scroller = document.querySelector('.scroller');
      const now = `${scroller?.scrollTop}/${scroller?.scrollHeight}/${document.querySelectorAll('article').length}`;
      calm = now === before ? calm + 1 : 0;
      before = now;
    }
  },
};
