// Follows the log: asks what is newer than the page, and offers it. What a reader looks at never
// moves by itself. Without this script the page is read as it is, and loaded again.
'use strict';

(() => {
  const EVERY_MS = 5000;
  /** As long as the server lets one page follow. */
  const FOR_MS = 15 * 60 * 1000;

  const live = document.querySelector('[data-live]');
  if (!live) return;
  const button = live.querySelector('button');
  const said = document.querySelector('[data-live-said]');
  const until = Date.now() + FOR_MS;
  let url = live.dataset.live;
  /** Rows that came, newest first, as the server wrote them. */
  let waiting = [];

  const timer = setInterval(ask, EVERY_MS);
  button.addEventListener('click', show);

  async function ask() {
    if (document.visibilityState !== 'visible') return;
    if (Date.now() > until) return stop();
    try {
      const reply = await fetch(url, { redirect: 'error', headers: { accept: 'text/html' } });
      const next = reply.headers.get('kiln-newer');
      if (!reply.ok || !next) return stop();
      url = next;
      if (reply.status === 200) take(await reply.text());
    } catch {
      // The network is away for a moment: the next question is a little later.
    }
  }

  function take(markup) {
    const template = document.createElement('template');
    template.innerHTML = markup;
    waiting = [...template.content.querySelectorAll('li'), ...waiting];
    live.hidden = false;
    button.dataset.count = waiting.length;
    said.textContent = `${waiting.length}: ${button.textContent}`;
  }

  function show() {
    const list = document.querySelector('[data-newest]');
    if (!list) return location.reload();
    list.prepend(...waiting);
    const first = waiting[0]?.querySelector('a');
    waiting = [];
    live.hidden = true;
    said.textContent = '';
    first?.focus();
  }

  function stop() {
    clearInterval(timer);
  }
})();
