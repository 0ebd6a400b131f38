/** What the documents show is tried out, so that it stays true. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAX_SUBSCRIPTIONS } from '../lib/adapters/api/subscriptions/create.ts';
import { CHANNELS } from '../lib/adapters/channels/registry.ts';
import { MAX_NAMES } from '../lib/adapters/channels/webhook/header-fields.ts';
import { MAX_BODY, MAX_TEMPLATE } from '../lib/adapters/channels/webhook/template.ts';
import { MAX as AT_ONCE } from '../lib/app/deliver/at-once.ts';
import { MAX_RUNNING } from '../lib/app/deliver/recover.ts';
import { MAX_KEYS } from '../lib/core/notify/rotation.ts';
import { FASTEST } from '../lib/core/notify/send-pace.ts';
import { OVER_HTTP } from '../lib/wire/local/senders.ts';
import { MAX_ENDPOINTS, SLOW_ENDPOINTS } from '../lib/wire/local/sends.ts';
import { EVENT_KINDS } from '../lib/core/jobs/event.ts';
import { acceptPattern, MAX_PATTERN_BYTES } from '../lib/core/notify/pattern.ts';
import { MAX_WAY_FIELDS, MAX_WAYS } from '../lib/core/notify/pattern/tree.ts';
import { PRESETS } from '../lib/core/notify/presets.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(/^```(\w+)\n(.*?)^```/gms)].filter((m) => m[1] === language).map((m) => m[2]!);

describe('the documents', () => {
  it.each(pages)('%s links only to files that exist', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((m) => m[1]!);
    for (const link of links) expect(() => readFileSync(new URL(link, new URL(page, root)))).not.toThrow();
  });

  it.each(pages)('%s names only scripts and files that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, name] of read(page).matchAll(/npm run (?:-s )?([\w:-]+)/g))
      expect(scripts).toHaveProperty([name!]);
    const paths = [
      ...read(page).matchAll(/`((?:lib|tests|cli|docs|events|bench)\/[\w./-]*\w\.(?:ts|md|json|mjs))`/g),
    ];
    // A path with NAME in it stands for a file that the reader is to write.
    for (const [, path] of paths)
      if (!path!.includes('NAME')) expect(() => read(path!), `${page}: ${path}`).not.toThrow();
  });

  it.each(pages)('%s shows JSON that parses', (page) => {
    for (const block of blocks(page, 'json')) expect(() => JSON.parse(block) as unknown).not.toThrow();
  });

  it('docs/install.md names the file that `npm pack` makes now', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const named = [...read('docs/install.md').matchAll(/jobchime-([\w.-]+)\.tgz/g)].map((m) => m[1]);
    expect(new Set(named)).toEqual(new Set([version]));
  });

  it('docs/events.md shows patterns that are valid, every kind and every preset', () => {
    const page = read('docs/events.md');
    const shown = blocks('docs/events.md', 'json').map((block) => acceptPattern(JSON.parse(block)));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.every((compiled) => compiled.ok)).toBe(true);
    for (const name of [...EVENT_KINDS, ...Object.keys(PRESETS)]) expect(page).toContain(`\`${name}\``);
  });

  it('docs/security.md names the limits of delivering that are in force', () => {
    const [, limits = ''] = read('docs/security.md').split('## Limits of delivering');
    const rows = limits
      .split('###')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    const last = rows.map((row) => row.split('|').at(-2)!.trim());
    const { concurrency } = CHANNELS.webhook;
    const chats = new Set(
      OVER_HTTP.filter((name) => name !== 'webhook').map((name) => CHANNELS[name].concurrency),
    );
    expect(chats).toEqual(new Set([1]));
    expect(last).toEqual([
      MAX_SUBSCRIPTIONS.toLocaleString('en'),
      `${MAX_ENDPOINTS}, and ${SLOW_ENDPOINTS.max}`,
      `${AT_ONCE}, and as many more of which no answer comes`,
      `${concurrency} to a webhook, 1 to a chat`,
      `${FASTEST} a second, and half of what was too much`,
      String(MAX_RUNNING),
      '100 a second',
      String(MAX_KEYS),
      String(MAX_NAMES),
      `${MAX_TEMPLATE / 1024} KiB, ${MAX_BODY / 1024} KiB, 1 s`,
      '64 KiB',
      '20, and 10',
    ]);
  });

  it('docs/events.md says where patterns differ from those of EventBridge', () => {
    const page = read('docs/events.md');
    for (const limit of [MAX_PATTERN_BYTES, MAX_WAYS, MAX_WAY_FIELDS, 5_000_000_000])
      expect(page).toContain(limit.toLocaleString('en'));
    const refused = [
      { id: ['a'], $or: [{ id: ['b'] }, { source: ['jobchime'] }] },
      { 'detail.data.status': ['FAIL'] },
      { detail: { data: { subJobs: { failed: [{ numeric: ['<', 5_000_000_001] }] } } } },
      { id: [{ exactly: 'evt_1' }] },
      { 'detail-type': ['job.fail'] },
    ];
    for (const raw of refused) expect(acceptPattern(raw).ok, JSON.stringify(raw)).toBe(false);
    for (const cidr of ['10.0.0.7/32', '2001:db8::1/128']) {
      expect(page).toContain(cidr);
      expect(acceptPattern({ detail: { data: { job: { name: [{ cidr }] } } } }).ok).toBe(true);
    }
    expect(acceptPattern({ account: ['123456789012'], region: ['eu-de'] }).ok).toBe(true);
  });
});
