// @ts-nocheck It runs in the browser.
/* global document, location, searchIndex */
// Finds sections of all pages, by an index that is loaded when somebody begins to search.
import MiniSearch from 'minisearch';
import { OPTIONS } from './search-options.js';

const box = document.querySelector('search');
const [field, said, found] = ['q', 'said', 'found'].map((id) => document.getElementById(id));
const { index, root } = box.dataset;
box.hidden = false;

let loading;
const load = () =>
  (loading ??= new Promise((resolve, reject) => {
    // A script, not a request: so the folder works from a disk, too.
    const script = document.createElement('script');
    script.src = index;
    script.addEventListener('load', () => resolve(MiniSearch.loadJS(searchIndex, OPTIONS)));
    script.addEventListener('error', reject);
    document.head.append(script);
  }));

/** Some words around the first that was found, with all of them marked. Only what has a meaning may be escaped. */
function excerpt(text, terms) {
  const words = new RegExp(
    `(${terms.map((term) => term.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join('|')})`,
    'iu',
  );
  const at = Math.max(0, text.search(words) - 60);
  const some = document.createElement('small');
  for (const part of (at > 0 ? `…${text.slice(at, at + 180)}` : text.slice(0, 180)).split(words)) {
    if (words.test(part)) {
      const mark = document.createElement('mark');
      mark.textContent = part;
      some.append(mark);
    } else some.append(part);
  }
  return some;
}

async function search() {
  const words = field.value.trim();
  const all =
    words === ''
      ? []
      : (await load()).search(words, {
          prefix: true,
          fuzzy: 0.15,
          combineWith: 'AND',
          boost: { title: 4, page: 2 },
        });
  if (words !== field.value.trim()) return;
  found.replaceChildren(
    ...all.slice(0, 20).map(({ id, title, page, text, terms }) => {
      const link = document.createElement('a');
      link.href = root + id;
      const name = document.createElement('b');
      name.textContent = title;
      link.append(name, title === page ? '' : ` · ${page}`, excerpt(text, terms));
      const item = document.createElement('li');
      item.append(link);
      return item;
    }),
  );
  said.textContent = words === '' ? '' : all.length === 0 ? 'Nothing found' : `${all.length} found`;
}

field.addEventListener('focus', load, { once: true });
field.addEventListener('input', search);
box.addEventListener('keydown', (event) => {
  const links = [...found.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement);
  if (event.key === 'Escape') {
    found.replaceChildren();
    field.focus();
  } else if (event.key === 'ArrowDown') (links[at + 1] ?? links.at(-1))?.focus();
  else if (event.key === 'ArrowUp') (links[at - 1] ?? field).focus();
  else if (event.key === 'Enter' && document.activeElement === field && links[0])
    location.href = links[0].href;
  else return;
  event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || document.activeElement === field) return;
  event.preventDefault();
  field.focus();
});
document.addEventListener('click', ({ target }) => {
  if (!box.contains(target) || target.closest('#found a')) found.replaceChildren();
});
