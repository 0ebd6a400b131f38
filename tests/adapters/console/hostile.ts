import { expect } from 'vitest';

/** What a cloud, a user or a receiver may write where it harms most; each holds `x-evil`, by which it is found again. */
export const HOSTILE: readonly string[] = [
  '<x-evil>',
  '"><x-evil a="',
  "'><x-evil a='",
  '</script><x-evil>',
  '</title><x-evil>',
  '--><x-evil>',
  ']]><x-evil>',
  '" onfocus="x-evil" autofocus="',
  'javascript:x-evil',
  '&lt;x-evil&gt;',
  '${x-evil}{{x-evil}}<%x-evil%>',
  'x-evil\u202Egnp.exe',
  'x-evil\u0000\u0007\uD800',
  'x-evil\r\nSet-Cookie: a=b',
];

/** Holds a page against all of them: no tag, no attribute, no link is made of what others wrote, and nothing reads backwards. */
export function isOnlyText(page: string): void {
  expect(page).not.toMatch(/<\/?x-evil/i);
  expect(page).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  for (const control of ['\u0000', '\u0007']) expect(page).not.toContain(control);
  expect(page.isWellFormed()).toBe(true);
  for (const [tag] of page.matchAll(/<[a-z][^>]*>/g)) {
    const names = tag.replaceAll(/="[^"]*"/g, '').replaceAll(/\s+/g, ' ');
    expect(names, tag).toMatch(/^<[a-z0-9]+( [a-z-]+)* ?>$/);
    expect(names, tag).not.toContain('x-evil');
    expect(names, tag).not.toMatch(/ (on|style)/);
    expect(tag).not.toMatch(/ (href|src|action)="(?!\/|\?|#|https:\/\/)/);
  }
}
