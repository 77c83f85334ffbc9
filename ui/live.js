// Follows the log: asks what is newer than the page, and offers it. What a reader looks at never
// moves by itself, and what does not fit is said. Without this script the page is read as it is,
// and loaded again.
'use strict';

(() => {
  const EVERY_MS = 5000;
  /** As long as the server lets one page follow. */
  const FOR_MS = 15 * 60 * 1000;
  /** How long an answer is waited for. */
  const ANSWER_MS = 30 * 1000;
  /** Rows that may wait to be shown: the newest ones. */
  const ROWS_MAX = 200;
  /** What is answered where asking again is of no use: gone, or no longer ours. */
  const ENDED = [401, 403, 404, 410];

  const live = document.querySelector('[data-live]');
  if (!live) return;
  const button = live.querySelector('button');
  const count = live.querySelector('[data-live-count]');
  const more = document.querySelector('[data-live-more]');
  const left = more.querySelector('[data-live-left]');
  const ended = document.querySelector('[data-live-ended]');
  const said = document.querySelector('[data-live-said]');
  const until = Date.now() + FOR_MS;
  let url = live.dataset.live;
  /** Rows that came, newest first, as the server wrote them. */
  let waiting = [];
  /** How many came that this page has no rows of. */
  let leftOut = 0;
  /** Whether a question is under way: a second one would bring the same rows again. */
  let asking = false;

  const timer = setInterval(ask, EVERY_MS);
  button.addEventListener('click', show);

  async function ask() {
    if (document.visibilityState !== 'visible') return;
    if (Date.now() > until) return stop();
    if (asking) return;
    asking = true;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const reply = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'text/html' } });
      // Led elsewhere: to sign in.
      if (reply.type === 'opaqueredirect' || ENDED.includes(reply.status)) return stop();
      const next = reply.headers.get('kiln-newer');
      // Too busy: the same is asked again.
      if (!reply.ok || !next) return;
      const rows = reply.status === 200 ? await reply.text() : '';
      url = next;
      if (rows) take(rows, Number(reply.headers.get('kiln-more')));
    } catch {
      // The network is away for a moment: the next question is a little later.
    } finally {
      asking = false;
    }
  }

  function take(markup, others) {
    const template = document.createElement('template');
    template.innerHTML = markup;
    waiting = [...template.content.querySelectorAll('li'), ...waiting];
    leftOut += others + waiting.splice(ROWS_MAX).length;
    count.textContent = waiting.length;
    left.textContent = leftOut;
    live.hidden = false;
    more.hidden = leftOut === 0;
    said.textContent = leftOut === 0 ? button.textContent : `${button.textContent}. ${more.textContent}`;
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
    ended.hidden = false;
    said.textContent = ended.textContent;
  }
})();
