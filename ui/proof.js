// Checks the proof of the event on this page, in this browser: event, receipt and policy go into
// verify.js, which asks nobody. The server's own word on it stands beside, and is not used.
//
// In the page: [data-proof] with data-original and data-receipt (where the bytes are), inside it
// [data-policy] (a textarea, or a text), a button, for each state an element
// [data-state="witnessed" | "self-signed only" | "failed" | "unchecked"] that is hidden until it is so, and
// [data-reasons] for what verify.js says of it.
'use strict';

(() => {
  const proof = document.querySelector('[data-proof]');
  if (!proof) return;
  const button = proof.querySelector('[data-check]');
  const policy = proof.querySelector('[data-policy]');
  const reasons = proof.querySelector('[data-reasons]');
  const states = [...proof.querySelectorAll('[data-state]')];
  if (!button || !policy) return;
  button.hidden = false;
  button.addEventListener('click', check);

  async function check() {
    button.disabled = true;
    // The verdict on what was checked before is none on this.
    for (const state of states) state.hidden = true;
    show(await verdict());
    button.disabled = false;
  }

  async function verdict() {
    try {
      const [event, receipt] = await Promise.all([
        bytes(proof.dataset.original),
        bytes(proof.dataset.receipt),
      ]);
      // Every byte counts: neither a mark of the byte order nor what is no UTF-8 is passed over.
      const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      const trusted = 'value' in policy ? policy.value : policy.textContent;
      return await kilnVerify.receipt(event, utf8.decode(receipt), trusted.trim() + '\n');
    } catch (error) {
      return { state: 'failed', reasons: [error.message] };
    }
  }

  async function bytes(url) {
    const reply = await fetch(url, { redirect: 'error' });
    if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
    return reply.arrayBuffer();
  }

  function show({ state, unchecked = false, reasons: why, witnesses = [] }) {
    proof.dataset.verdict = state;
    // What is wrong with a key that was entered says nothing about the log.
    const said = unchecked ? 'unchecked' : state;
    for (const told of states) told.hidden = told.dataset.state !== said;
    const seen = witnesses.map(({ name, time }) => `${name}: ${new Date(time * 1000).toISOString()}`);
    if (!reasons) return;
    reasons.replaceChildren(
      ...[...why, ...seen].map((text) => {
        const item = document.createElement('li');
        item.textContent = text;
        return item;
      }),
    );
  }
})();
