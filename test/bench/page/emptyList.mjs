// A virtual list with nothing in it, of the same library and length: what the session page is set beside.
import { h, render } from 'preact';
import { useRef } from 'preact/hooks';
import { useVirtualRows } from '../../../media/session/virtualRows.ts';

const count = 8_000;
const keyOf = (index) => String(index);
const heightOf = () => 120;

function EmptyList() {
  const scroller = useRef(null);
  const virtual = useVirtualRows({ count, margin: 0, covered: 0, pinned: -1, overscan: 6, scroller, keyOf, heightOf });
  const entry = ({ index, key, start }) => h('article', { key, ref: virtual.measureElement, 'data-index': index, style: { position: 'absolute', top: 0, height: '120px', transform: `translateY(${start}px)` } }, index);
  return h('main', { ref: scroller, class: 'scroller', style: { height: '100vh', overflow: 'auto' } },
    h('div', { style: { position: 'relative', height: `${virtual.getTotalSize()}px` } }, virtual.getVirtualItems().map(entry)));
}

render(h(EmptyList), document.getElementById('page'));
