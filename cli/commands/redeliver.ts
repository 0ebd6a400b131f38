import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Client, Delivery } from '../../client/index.ts';
import { serviceOn } from '../../lib/adapters/store/sqlite/lock.ts';
import { each } from '../each.ts';
import { teach } from '../examples.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { withApi, type Api, type Where } from '../with-api.ts';

interface Options extends Where {
  subscription?: string;
  json?: boolean;
}

/** One delivery, or all of an event; without the event, the delivery is searched for. */
interface Meant {
  event?: string;
  id?: string;
}

export const redeliverCommand = (): Command =>
  teach(
    new Command('redeliver')
      .description('Send a delivery once more, now, whatever became of it, and tell what came of that.')
      .argument('<id>', 'of a delivery (dlv_...), or of an event (evt_...) for all its deliveries', meantBy)
      .addOption(new Option('--subscription <id>', 'of an event only those of this subscription'))
      .addOption(jsonOption('the deliveries, one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((meant: Meant, options: Options) => withApi(options, (api) => redeliver(api, meant, options))),
    [
      {
        says: 'A receiver has lost one message, whose webhook-id it knows',
        run: 'jobchime redeliver dlv_0123456789abcdef0123456789abcdef',
      },
      {
        says: 'An event once more, to everybody who got it',
        run: 'jobchime redeliver evt_0123456789abcdef0123456789abcdef',
      },
    ],
    `The message keeps its webhook-id, so a receiver that knows it already ignores it; it has a new timestamp, and goes to the address
of today, signed with the keys of today. It is sent once, also to a disabled target or for a paused subscription, which stay what
they are. The exit code is 1 where a message did not arrive. \`jobchime recover\` sends many again.`,
  );

const FORM = /^(?:(?<event>evt_[0-9a-f]{32})(?:\/(?<of>dlv_[0-9a-f]{32}))?|(?<id>dlv_[0-9a-f]{32}))$/;

function meantBy(text: string): Meant {
  const found = FORM.exec(text)?.groups;
  if (!found)
    throw new InvalidArgumentError(
      'It is the id of a delivery (dlv_ and 32 hex digits) or of an event (evt_ and 32 hex digits); `jobchime explain JOB` shows both.',
    );
  const { event, of, id = of } = found;
  return { ...(event && { event }), ...(id && { id }) };
}

/** How long the outcome is waited for: a receiver may take as long, and the row has to be found first. */
const PATIENCE_MS = 40_000;

async function redeliver(
  { client, config }: Api,
  meant: Meant,
  { subscription, json }: Options,
): Promise<void> {
  const found = await all(client.deliveries.all({ ...meant, limit: 200 }), meant.id !== undefined);
  const wanted = found.filter((one) => subscription === undefined || one.subscription === subscription);
  if (wanted.length === 0) throw new Refusal(nothingFound(meant, subscription));
  const asked = await each(wanted, ({ eventId, id }) =>
    client.deliveries.redeliver({ eventId, deliveryId: id }),
  );
  const isNotRunning = config !== null && serviceOn(config.store) === null;
  const ended = isNotRunning ? asked : await attempted(client, asked, config ? 200 : 2_000);
  for (const one of ended) console.log(json ? JSON.stringify(one) : outcomeOf(one));
  warnIfNotRunning(config);
  if (!isNotRunning && ended.some((one) => !isTaken(answerTo(one)))) process.exitCode = 1;
}

const nothingFound = ({ event, id }: Meant, subscription: string | undefined): string =>
  id
    ? `There is no delivery ${id}. \`jobchime deliveries\` lists what there is.`
    : `Nothing of ${event} went to ${subscription ?? 'anybody'}. \`jobchime deliveries --event ${event}\` lists what did; \`jobchime replay\` sends events to a subscription that has not had them.`;

async function all(deliveries: AsyncIterable<Delivery>, isOne: boolean): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for await (const one of deliveries) {
    found.push(one);
    if (isOne) break;
  }
  return found;
}

async function attempted(client: Client, asked: readonly Delivery[], everyMs: number): Promise<Delivery[]> {
  const until = Date.now() + PATIENCE_MS;
  let now = [...asked];
  while (now.some((one) => !answerTo(one)) && Date.now() < until) {
    await sleep(everyMs);
    now = await each(now, async (one) =>
      answerTo(one) ? one : client.deliveries.get({ eventId: one.eventId, deliveryId: one.id }),
    );
  }
  return now;
}

/** The attempt that was made since somebody asked for it last. */
function answerTo({ attempts, asked }: Delivery): Delivery['attempts'][number] | null {
  const last = attempts.at(-1);
  const since = asked.at(-1)?.at ?? '';
  return last && last.reason !== null && last.at >= since ? last : null;
}

/** By the receiver, or by what does not say whether it arrives. */
const isTaken = (attempt: ReturnType<typeof answerTo>): boolean =>
  attempt?.reason === 'ok' || attempt?.reason === 'accepted';

function outcomeOf(one: Delivery): string {
  const attempt = answerTo(one);
  const said = !attempt ? 'asked for' : attempt.reason === 'ok' ? 'delivered' : attempt.reason!;
  return `${said.padEnd('delivered'.length)}  ${one.target}${attempt?.detail ? `: ${attempt.detail}` : ''}`;
}
