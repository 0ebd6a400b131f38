/** Every example of docs/recipes.md, sent to a stand-in that refuses what the service refuses. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createWebhook } from '../../../lib/adapters/channels/webhook/sender.ts';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { matches } from '../../../lib/core/notify/pattern.ts';
import { envelope } from '../../../lib/core/notify/presets.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { samples } from '../../../lib/wire/local/samples.ts';
import { problemsOfTemplates } from '../../../lib/wire/local/templates.ts';
import { hostileEvent } from '../../core/notify/hostile.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { configOf, depsWith, ENV } from '../config/kit.ts';
import { localExchange, messageTo, receiver, type Received, type Reply } from './kit.ts';
import { STAND_INS } from './stand-ins.ts';

const page = readFileSync(new URL('../../../docs/recipes.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^(`{3,})yaml\n([^]*?)^\1$/gm)].map((m) => m[2]!);
const nameOf = (block: string): string =>
  Object.keys((parse(block) as { subscriptions: object }).subscriptions)[0]!;
const recipes = blocks.map((block) => [nameOf(block), block] as const);

const ORIGIN = `origins:
  x: { dialect: ecs, cloud: otc, region: eu-de, project: '0123456789abcdef0123456789abcdef', auth: { token: env:IAM_TOKEN } }
`;

const subscriptionIn = (name: string, block: string): Subscription =>
  configOf(ORIGIN + block, depsWith({ ...ENV, ...STAND_INS[name]!.env }).deps).subscriptions[0]!;

/** The door out, which leads to the stand-in what is meant for the service. */
async function standIn(name: string, reply: (request: Received) => Reply) {
  const { url: local, received } = await receiver(reply);
  const exchange: Exchange = (request) => {
    const { origin, pathname, search } = new URL(request.url);
    expect(origin).toBe(STAND_INS[name]!.origin);
    return localExchange({ ...request, url: local + pathname + search });
  };
  const channel = createWebhook({ exchange, version: '1.2.3' });
  return { received, send: channel.send };
}

const messageOf = ({ id, targets }: Subscription, event: Event) => ({
  ...messageTo(targets[0]!, event),
  subscription: id,
});

const ALL: [string, Event][] = [
  ...Object.entries(SAMPLES),
  ...samples().map(({ name, event }): [string, Event] => [`sample ${name}`, event]),
];

describe('docs/recipes.md', () => {
  it('has a stand-in for each of its examples, and an example for each stand-in', () => {
    expect(recipes.map(([name]) => name).toSorted()).toEqual(Object.keys(STAND_INS).toSorted());
  });

  it.each(recipes)('%s: its template fits every sample of the events that it may get', (name, block) => {
    expect(problemsOfTemplates([subscriptionIn(name, block)], block)).toEqual([]);
  });
});

describe.each(recipes)('the example of %s', (name, block) => {
  const subscription = subscriptionIn(name, block);
  const service = STAND_INS[name]!;
  const takenOr = (request: Received): Reply => {
    const why = service.refuses(request);
    return why === null ? service.taken : service.refused(why);
  };

  it('is taken by the service, with every event that it gets and with a test', async () => {
    const { send, received } = await standIn(name, takenOr);
    const wanted = ALL.filter(([, it]) => it.kind === 'ping' || matches(subscription.pattern, envelope(it)));
    expect(wanted.length).toBeGreaterThan(3);
    for (const [sample, event] of wanted) {
      const receipt = await send(messageOf(subscription, event));
      expect({ sample, ...receipt }).toMatchObject({ sample, kind: 'sent' });
    }
    expect(received.filter((it) => 'jobchime-template' in it.headers)).toEqual([]);
  });

  it('stays within the limits of the service, whatever an event says', async () => {
    const { send } = await standIn(name, takenOr);
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        if (!matches(subscription.pattern, envelope(event))) return;
        const receipt = await send(messageOf(subscription, event));
        expect(receipt).toMatchObject({ kind: 'sent' });
        expect(receipt.detail).not.toContain('template');
      }),
      { numRuns: 60 },
    );
  });

  it('waits as the service asks where it is too much, and gives no secret away', async () => {
    const { send } = await standIn(name, () => service.tooMany);
    const receipt = await send(messageOf(subscription, SAMPLES['job.failed']!));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'rate_limited' });
    expect(receipt.kind === 'retry' && receipt.afterMs).toBe(service.waitMs);
    const echo = (it: Received): Reply => ({
      status: 400,
      body: `${it.path} ${JSON.stringify(it.headers)} ${it.body}`,
    });
    const careless = await standIn(name, echo);
    const { detail } = await careless.send(messageOf(subscription, SAMPLES['job.failed']!));
    for (const secret of Object.values(service.env)) expect(detail).not.toContain(secret);
  });
});
