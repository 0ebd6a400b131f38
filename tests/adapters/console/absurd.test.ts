import { beforeAll, describe, expect, it } from 'vitest';
import { PLACES } from '../../../lib/adapters/console/app.ts';
import { FIELDS } from '../../../lib/adapters/console/fields.ts';
import { subscription } from '../../kit.ts';
import { consoleKit, type Browser, type ConsoleKit } from './kit.ts';

/** Names that every object of JavaScript has, a sign that is none, and a number without end. */
const ABSURD = ['__proto__', 'constructor', '\u0000', '9'.repeat(400)];
const PARAMETERS =
  'q label state origin group since lang cursor event job done of channel in subscription span';
const DEEP = '['.repeat(15_000) + ']'.repeat(15_000);
const NESTED = 'constructor: {"a": 1}\n__proto__: 1\na: [1]';
const HOOK = { name: 'mine', what: 'failures', channel: 'webhook', target: 'https://hooks.test/in' };

describe('what makes no sense', () => {
  let kit: ConsoleKit;
  let visitor: Browser;
  let csrf: string;
  let made: string;
  beforeAll(async () => {
    kit = await consoleKit({ fixed: [subscription('ops')] });
    visitor = await kit.signedIn(['admin']);
    csrf = /name="csrf" value="([^"]*)"/.exec((await visitor.get('/subscribe')).text)![1]!;
    made = /sub_\w+/.exec((await visitor.post('/subscribe', HOOK, { csrf })).text)![0];
  });
  /** As a program may send it, with brackets as they are. */
  const raw = (path: string, body: string): Promise<Response> => {
    const cookie = [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    return kit.serve(new Request(`http://127.0.0.1:8481${path}`, { method: 'POST', body, headers }));
  };

  it.each(ABSURD)('breaks no page: %j', async (value) => {
    kit.clock.pass(60_000);
    const text = encodeURIComponent(value);
    const paths = PLACES.pages.flatMap((place) =>
      place.includes(':')
        ? [place.replaceAll(/:\w+/g, text)]
        : PARAMETERS.split(' ').map((name) => `${place}?${name}=${text}`),
    );
    for (const path of paths) {
      kit.clock.pass(1_000);
      expect([path, (await visitor.get(path)).status < 500]).toEqual([path, true]);
    }
  });

  it.each(ABSURD)('breaks no form: %j', async (value) => {
    const names = ['what', 'pattern', 'channel', 'once', ...FIELDS.map(({ name }) => name)];
    const sent: [path: string, fields: Record<string, string>][] = [
      ['/recover', { span: value }],
      ['/recover', { since: value, until: value, subscription: value }],
      ...names.map((name) => ['/subscribe', { ...HOOK, what: 'pattern', [name]: value }] as const),
      ...names.map((name) => [`/subscriptions/${made}/edit`, { [name]: value, what: 'pattern' }] as const),
    ].map(([path, fields]) => [path as string, fields as Record<string, string>]);
    for (const [path, fields] of sent) {
      kit.clock.pass(1_000);
      expect([path, fields, (await visitor.post(path, fields, { csrf })).status < 500]).toEqual([
        path,
        fields,
        true,
      ]);
    }
  });

  it('is refused with its place where it is nested, however deep', async () => {
    for (const path of ['/subscribe', `/subscriptions/${made}/edit`]) {
      const { status, says } = await visitor.post(path, { ...HOOK, success: NESTED }, { csrf });
      expect([status, says]).toEqual([422, expect.stringContaining('request.success.json')]);
      const plain = new URLSearchParams({ ...HOOK, csrf }).toString();
      expect((await raw(path, `${plain}&success=a:${DEEP}`)).status).toBeLessThan(500);
      const pattern = await raw(path, `${plain.replace('failures', 'pattern')}&pattern=${DEEP}`);
      expect([pattern.status, await pattern.text()]).toEqual([422, expect.stringContaining('is no object')]);
    }
  });

  it('filters nothing on the board', async () => {
    const { says } = await visitor.get('/?since=constructor');
    expect(says).toBe((await visitor.get('/?since=')).says);
  });
});
