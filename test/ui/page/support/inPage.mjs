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
  // The page's own words: its texts and labels without what is marked as text of any direction, or as code.
  words() {
    const own = 'bdi, [dir], code, .commit-link';
    const found = [];
    for (const part of document.querySelectorAll('.head, .bar, .marker, .author, .files, .fold .summary')) {
      for (const element of [part, ...part.querySelectorAll('*')]) {
        found.push(...['aria-label', 'title', 'placeholder'].filter(() => !element.matches('a, .no-link')).map((name) => element.getAttribute(name)));
      }
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        if (!text.parentElement.closest(own)) found.push(text.nodeValue.trim());
      }
    }
    found.push(...[...document.querySelectorAll('article, section, [role=feed]')].map((element) => element.getAttribute('aria-label')));
    return [...new Set(found)].filter((words) => words !== null && /\p{L}{2}/u.test(words));
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
