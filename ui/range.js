// Lets a span of time be picked by drawing over the bars of the histogram. Without this script, and
// by keyboard, the same is picked with the two dates below it, or a bar's own link.
'use strict';

(() => {
  const bars = [...document.querySelectorAll('svg.histogram g[data-from]')];
  const form = document.querySelector('form[data-range]');
  if (!form || bars.length < 2) return;
  const drawing = bars[0].ownerSVGElement;
  /** The bar that drawing began at, and the one that it is over. */
  let first = -1;
  let last = -1;

  drawing.addEventListener('pointerdown', (event) => {
    // Else the browser would begin to drag the bar's link away.
    if (event.button === 0 && event.pointerType !== 'touch') begin(barAt(event));
  });
  drawing.addEventListener('pointermove', (event) => {
    if (first >= 0) over(barAt(event));
  });
  drawing.addEventListener('dragstart', (event) => event.preventDefault());
  drawing.addEventListener('click', (event) => {
    // A link of the bar where drawing ended is not what was meant.
    if (first >= 0 && first !== last) event.preventDefault();
  });
  document.addEventListener('pointerup', end);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') forget();
  });

  /** The bar below the pointer, as high as the drawing. */
  function barAt(event) {
    const box = drawing.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(Math.max(at, 0), bars.length - 1);
  }

  function begin(bar) {
    first = bar;
    over(bar);
  }

  function over(bar) {
    last = bar;
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    bars.forEach((it, at) => it.classList.toggle('chosen', at >= from && at <= to));
  }

  function end() {
    if (first < 0 || first === last) return forget();
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    send('from', bars[from].dataset.from);
    send('to', bars[to].dataset.to);
    form.submit();
  }

  /** A field for dates takes no time of the day, and bars may be of hours. */
  function send(name, text) {
    const field = form.elements[name];
    field.type = 'text';
    field.value = text.replace(' ', 'T').replace(' ', '');
  }

  function forget() {
    first = -1;
    for (const bar of bars) bar.classList.remove('chosen');
  }
})();
