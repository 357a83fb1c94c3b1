/** How an exported session looks: on a screen, light or dark, and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --text: light-dark(#24292f, #d7dae0);
  --strong: light-dark(#111418, #f2f4f7);
  --dim: light-dark(#57606a, #a0a8b4);
  --back: light-dark(#ffffff, #16181d);
  --card: light-dark(#f6f8fa, #1e2128);
  --line: light-dark(#d8dee4, #343a46);
  --link: light-dark(#0a58b5, #79b8ff);
  --you: light-dark(#e8f1fd, #1b2a41);
  --accent: light-dark(#0a58b5, #79b8ff);
  --bad: light-dark(#b3261e, #ff9b93);
  --added: light-dark(#dafbe1, #12361f);
  --removed: light-dark(#ffe5e3, #46191b);
  --mono: ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace;
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); font: 16px/1.6 system-ui, 'Segoe UI', 'Noto Sans', sans-serif; overflow-wrap: anywhere; }
.page { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.5rem 5rem; }
h1, h2, h3, h4, h5, h6 { color: var(--strong); line-height: 1.3; margin: 1.6em 0 .5em; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 .6rem; }
h2 { font-size: 1.45rem; margin-top: 3rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; }
h4, h5, h6 { font-size: 1rem; }
p, ul, ol, pre, blockquote, table { margin: .6em 0; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: var(--mono); font-size: .875em; }
code { background: var(--card); border-radius: 4px; padding: .1em .3em; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .75em 1em; white-space: pre-wrap; unicode-bidi: isolate; }
pre code { background: none; padding: 0; font-size: 1em; }
blockquote { border-inline-start: 3px solid var(--line); margin-inline: 0; padding-inline-start: 1em; color: var(--dim); }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3em .7em; text-align: start; vertical-align: top; }
.right { text-align: end; }
.center { text-align: center; }
hr { border: 0; border-top: 1px solid var(--line); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; color: var(--text); }
.facts dt { color: var(--dim); }
.facts dd { margin: 0; }
.preface { margin-top: 1.2rem; white-space: pre-wrap; }
#handoff h2 { margin-top: 2.5rem; padding-top: 0; border-top: 0; }
nav { margin-top: 2rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
nav h2 { font-size: 1rem; margin: 0 0 .4rem; padding: 0; border: 0; }
nav ul, nav ol { margin: 0; padding-inline-start: 1.4rem; }
nav > ul { list-style: none; padding: 0; }
nav li { margin: .15rem 0; }
nav ol { color: var(--dim); font-size: .92rem; }
.introduction { color: var(--dim); margin-top: 0; }
.place { display: flex; align-items: center; gap: .8rem; margin: 2rem 0 1rem; color: var(--dim); font-size: .85rem; }
.place::before, .place::after { content: ''; flex: 1; border-top: 1px solid var(--line); }
.message { margin: 1.4rem 0; }
.message.further { margin-top: -.7rem; }
.message.user.further { margin-top: -.9rem; }
.message > :last-child { margin-bottom: 0; }
.message > h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .7rem; margin: 0 0 .35rem; }
.message time { color: var(--dim); font-weight: 400; font-size: .82rem; }
.message.user { padding: .8rem 1.1rem 1rem; background: var(--you); border-inline-start: 3px solid var(--accent); border-radius: 6px; }
.message.system > h3 { color: var(--dim); }
.words { white-space: pre-wrap; margin: .4em 0; }
.markdown > :first-child { margin-top: 0; }
.markdown > :last-child { margin-bottom: 0; }
.notice { color: var(--dim); border-inline-start: 3px solid var(--line); padding-inline-start: .9rem; white-space: pre-wrap; font-size: .92rem; }
details { margin: .6rem 0; border: 1px solid var(--line); border-radius: 6px; }
summary { padding: .35rem .8rem; cursor: pointer; color: var(--dim); font-size: .9rem; }
summary .name { color: var(--strong); font-weight: 600; margin-inline-end: .4rem; }
summary .failed { color: var(--bad); font-weight: 600; margin-inline-start: .5rem; }
details > div { padding: 0 .8rem .4rem; }
.part { color: var(--dim); font-size: .8rem; margin: .5rem 0 .2rem; }
details pre { margin: .2rem 0 .6rem; }
.diff { padding: .4rem 0; }
.diff span { display: block; padding: 0 1em 0 2.2em; text-indent: -1.2em; min-height: 1.6em; }
.diff .added { background: var(--added); }
.diff .removed { background: var(--removed); }
.picture { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--dim); font-size: .85rem; }
@media (max-width: 40rem) {
  .page { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .4rem; }
}
/* What is not in sight is laid out when it comes near: a conversation may have tens of thousands of messages. */
@media screen { .message { content-visibility: auto; contain-intrinsic-size: auto 9rem; } }
@media print {
  @page { margin: 18mm 16mm; }
  :root { color-scheme: light; }
  body { font-size: 10.5pt; line-height: 1.45; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { max-width: none; padding: 0; }
  h2.conversation { break-before: page; border-top: 0; padding-top: 0; margin-top: 0; }
  h1, h2, h3, h4, h5, h6, summary, .place, .part { break-after: avoid; }
  .picture, tr, .diff span { break-inside: avoid; }
  .picture { max-height: 220mm; }
  p, li { orphans: 3; widows: 3; }
  details::details-content { display: block; content-visibility: visible; height: auto; }
  summary { list-style: none; }
  summary::-webkit-details-marker { display: none; }
}
`;
