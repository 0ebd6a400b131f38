import { createHash } from 'node:crypto';
import { lazily } from '../../core/lazily.ts';
import { TONE_COLOURS } from '../../core/notify/tone.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${TONE_COLOURS.good}"/><path d="M4 8l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>`;

interface Asset {
  path: string;
  type: string;
  text: string;
}
const asset = (name: string, type: string, text: string): Asset => {
  const [stem, ending] = name.split('.');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { path: `/assets/${stem}.${hash}.${ending}`, type, text };
};

/** Their names say what is in them, so that a browser keeps them for good, and a new version is another file. */
export const assets = lazily(() => ({
  style: asset('console.css', 'text/css; charset=utf-8', STYLE),
  script: asset('console.js', 'text/javascript; charset=utf-8', SCRIPT),
  icon: asset('icon.svg', 'image/svg+xml', ICON),
}));

/** Null: there is no such file, perhaps not any more. */
export function assetAt(path: string): Response | null {
  const found = Object.values(assets()).find((it) => it.path === path);
  if (!found) return null;
  return new Response(found.text, {
    headers: {
      'content-type': found.type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
  });
}
