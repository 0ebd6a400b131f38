/**
 * All that runs in a browser; every page can be read and every form sent without it. It is text, since it runs elsewhere: it renews the
 * marked parts of a page when the server says that something changed, lets ages and bars go on, and knows a few keys.
 */
export const SCRIPT = String.raw`'use strict';
(() => {
  const main = document.querySelector('main');
  if (!main) return;
  const lang = document.documentElement.lang;
  const status = document.getElementById('live');
  const skew = Number(main.dataset.now) - Date.now();
  const words = Intl.DurationFormat ? new Intl.DurationFormat(lang, { style: 'short' }) : null;
  const UNITS = [['days', 86400], ['hours', 3600], ['minutes', 60], ['seconds', 1]];
  const age = (ms) => {
    let left = Math.max(1, Math.round(ms / 1000));
    const first = UNITS.findIndex(([, size]) => left >= size);
    const parts = {};
    for (const [unit, size] of UNITS.slice(first, first + 2)) {
      if (left >= size) parts[unit] = Math.floor(left / size);
      left %= size;
    }
    return words.format(parts);
  };
  const moments = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium' });
  const times = () => {
    for (const time of document.querySelectorAll('time[datetime]:not([title])')) {
      time.title = time.textContent;
      time.textContent = moments.format(new Date(time.dateTime));
    }
  };
  const tick = () => {
    const now = Date.now() + skew;
    for (const it of document.querySelectorAll('[data-since]')) {
      const ms = now - Number(it.dataset.since);
      if (it instanceof HTMLProgressElement) it.value = Math.min(100, (100 * ms) / Number(it.dataset.usual));
      else if (words) it.textContent = age(ms);
    }
  };

  let tag = main.dataset.tag;
  let busy = false;
  let again = false;
  const say = (text) => { if (status && status.textContent !== text) status.textContent = text; };
  async function refresh() {
    if (busy) return void (again = true);
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { 'if-none-match': tag } });
      if (answer.redirected) return location.reload();
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        tag = answer.headers.get('etag');
      }
      say(status?.dataset.live);
    } catch {
      say(status?.dataset.lost);
    } finally {
      busy = false;
      if (again) { again = false; setTimeout(refresh, 1000); }
    }
  }
  function put(page) {
    const active = document.activeElement;
    const hold = active?.getAttribute('href') ?? active?.id;
    for (const part of main.querySelectorAll('[data-part]')) {
      const next = page.querySelector('[data-part="' + part.dataset.part + '"]');
      if (!next) continue;
      const known = new Set([...part.querySelectorAll('[data-row]')].map((row) => row.dataset.row));
      for (const row of next.querySelectorAll('[data-row]'))
        if (!known.has(row.dataset.row)) row.classList.add('fresh');
      const open = [...part.querySelectorAll('details')].map((it) => it.open);
      part.replaceWith(document.adoptNode(next));
      [...next.querySelectorAll('details')].forEach((it, n) => { if (open[n]) it.open = true; });
    }
    if (hold && !active.isConnected)
      [...main.querySelectorAll('a,button,input')].find((it) => (it.getAttribute('href') ?? it.id) === hold)?.focus();
    times();
    tick();
  }

  const poll = Number(main.dataset.poll);
  const pollOn = () => setInterval(() => { if (!document.hidden) void refresh(); }, poll * 1000);
  if (main.dataset.live) {
    const source = new EventSource(main.dataset.live);
    source.addEventListener('changed', refresh);
    source.addEventListener('open', () => say(status?.dataset.live));
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) pollOn();
      else say(status?.dataset.lost);
    });
  } else if (poll) pollOn();
  document.addEventListener('visibilitychange', () => { if (!document.hidden && tag) void refresh(); });

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('input,select,textarea')) return;
    const rows = [...main.querySelectorAll('[data-row] a:first-of-type')].filter((it) => it.closest('[data-row]').querySelector('a') === it);
    const at = rows.indexOf(document.activeElement);
    const go = { j: at + 1, k: at < 0 ? 0 : at - 1 }[event.key];
    if (go !== undefined) rows[Math.max(0, Math.min(rows.length - 1, go))]?.focus();
    else if (event.key === '/') document.querySelector('.filter input')?.focus();
    else if (event.key === 'w') document.querySelector('a[data-wall]')?.click();
    else if (event.key === 'b') document.querySelector('nav a')?.click();
    else return;
    event.preventDefault();
  });

  const token = document.querySelector('input[name=token]');
  if (token && location.hash.length > 1) {
    token.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, '', location.pathname + location.search);
    token.form.querySelector('button').focus();
  }
  const draft = document.querySelector('form.draft');
  if (draft) {
    let waiting;
    let asked = 0;
    const tried = async () => {
      const mine = ++asked;
      const sent = new URLSearchParams({ try: 'yes' });
      for (const name of ['csrf', 'what', 'pattern', 'channel']) {
        const field = draft.elements.namedItem(name);
        if (field) sent.set(name, field.value);
      }
      const answer = await fetch(draft.action, { method: 'POST', body: sent }).catch(() => null);
      if (!answer?.ok || mine !== asked) return;
      put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    };
    draft.addEventListener('input', ({ target }) => {
      if (target.name !== 'what' && target.name !== 'pattern') return;
      clearTimeout(waiting);
      waiting = setTimeout(tried, 200);
    });
  }
  for (const form of document.querySelectorAll('form[data-once]'))
    form.addEventListener('submit', () => setTimeout(() => { for (const it of form.querySelectorAll('button')) it.disabled = true; }));
  times();
  tick();
  setInterval(tick, 1000);
})();
`;
