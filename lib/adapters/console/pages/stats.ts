import type { Event } from '../../../core/jobs/event.ts';
import { addTo, histogramOf, NO_SKETCH, quantile } from '../../../core/jobs/sketch.ts';
import type { DeliveryView } from '../../api/deliveries/answers.ts';
import type { StatsView } from '../../api/stats/routes.ts';
import {
  countedBy,
  doubledBars,
  endedOf,
  failuresOf,
  quantileOf,
  slotsOf,
  toldAfter,
  type Ended,
} from '../figures.ts';
import { SPANS } from '../filter.ts';
import { barPlot, dataTable, figure, TIMES, type Column } from '../plot.ts';
import { markup, type Html } from '../markup.ts';
import { moment } from '../parts.ts';
import type { Page, Visit } from '../visit.ts';

/** Events and deliveries that one page looks at, and types of jobs that it shows. */
const EVENTS = 1_000;
const DELIVERIES = 200;
const PAGES = 3;
const TYPES = 6;
/** Parts of the time that is shown. */
const SLOTS = 14;
const REASONS = 4;

const SPAN_NAMES = ['24h', '7d', '30d'] as const;

/** How long jobs took, how soon they were told of, what that cost, and why some failed; a table beside each plot. */
export async function stats(visit: Visit): Promise<Page> {
  const { texts, url, now, deps, token } = visit;
  const t = texts.stats;
  const span = SPAN_NAMES.find((one) => one === url.searchParams.get('span')) ?? '7d';
  const spanMs = SPANS[span];
  const { items: origins } = await visit.get('listOrigins');
  const origin = origins.find(({ name }) => name === url.searchParams.get('origin'))?.name ?? null;
  const isMeant = (name: string): boolean => origin === null || name === origin;
  const [{ items: learnt }, all, sent] = await Promise.all([
    visit.get('listStats'),
    deps.useCases.newestEvents({
      limit: EVENTS,
      projects: token.projects,
      filter: { since: now - spanMs },
    }),
    deliveries(visit),
  ]);
  const events = all.filter(({ data }) => 'job' in data && isMeant(data.job.origin));
  const ended = endedOf(events);
  const known = learnt.filter((one) => isMeant(one.origin)).toSorted((a, b) => b.ended - a.ended);
  const types: Typed[] = [...known, ...unlearnt(ended, known)];
  const at = { now, spanMs, count: SLOTS };
  const seen = ended.flatMap(({ seenMs }) => seenMs ?? []);
  const body = markup`<h1>${t.title}</h1>
    ${filterForm(visit, span, origin, origins)}
    ${all.length === EVENTS && markup`<p class="soft">${t.cut(EVENTS)} ${moment(visit, all.at(-1)!.metadata.time)}</p>`}
    <div data-part="stats">
      <h2>${t.durations}</h2>
      ${types.length === 0 && markup`<p class="soft">${t.none}</p>`}
      <div class="figures">${types.slice(0, TYPES).map((one) => [distribution(visit, one), trend(visit, one, ended, at)])}</div>
      <h2>${t.delays}</h2>
      <div class="figures">${delays(visit, t.seen, seen)} ${delays(visit, t.told, toldAfter(sent, events))}</div>
      <h2>${t.checks}</h2>
      ${known.length === 0 ? markup`<p class="soft">${t.notLearnt}</p>` : checks(visit, known.slice(0, 2 * TYPES))}
      <h2>${t.failures}</h2>
      ${failures(visit, events, at)}
    </div>`;
  // Not live: a thousand events are much to read each second that something happens.
  return { title: t.title, body };
}

/** The newest that were delivered. */
async function deliveries(visit: Visit): Promise<DeliveryView[]> {
  const pageAt = async (left: number, cursor: string | null): Promise<DeliveryView[]> => {
    const query = { limit: DELIVERIES, state: 'delivered' as const, ...(cursor !== null && { cursor }) };
    const { items, next } = await visit.get('listDeliveries', { query });
    return left > 1 && next !== null ? [...items, ...(await pageAt(left - 1, next))] : items;
  };
  return pageAt(PAGES, null);
}

/** One type of jobs. */
type Typed = Pick<StatsView, 'origin' | 'jobType' | 'took'>;

/** What is written down of durations is up to a minute behind: of types that are new what their events say. */
function unlearnt(ended: readonly Ended[], known: readonly StatsView[]): Typed[] {
  const keyOf = ({ origin, jobType }: { origin: string; jobType: string | null }): string =>
    `${origin}/${jobType ?? ''}`;
  const there = new Set(known.map(keyOf));
  const fresh = ended.filter((it) => it.tookMs !== null && !there.has(keyOf(it)));
  return countedBy(fresh, keyOf).map(([, some]) => {
    const took = some.reduce((sketch, { tookMs }) => addTo(sketch, tookMs!), NO_SKETCH);
    const at = (q: number): number => quantile(took, q)!;
    const spread = { count: some.length, p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
    const { origin, jobType } = some[0]!;
    return { origin, jobType: jobType || null, took: { ...spread, bars: histogramOf(took) } };
  });
}

type Span = (typeof SPAN_NAMES)[number];
function filterForm(
  { texts }: Visit,
  span: Span,
  origin: string | null,
  origins: readonly { name: string }[],
): Html {
  const { filter } = texts.board;
  const option = (value: string, words: string, chosen: boolean): Html =>
    markup`<option value="${value}"${chosen ? markup` selected` : ''}>${words}</option>`;
  return markup`<form class="filter" action="/stats">
    <div><label for="t-span">${texts.stats.span}</label><select id="t-span" name="span">${SPAN_NAMES.map((one) => option(one, filter.spans[one], one === span))}</select></div>
    <div><label for="t-origin">${texts.board.origin}</label><select id="t-origin" name="origin">${option('', filter.anyOrigin, origin === null)}${origins.map(({ name }) => option(name, name, name === origin))}</select></div>
    <button>${filter.button}</button>
  </form>`;
}

const nameOf = ({ origin, jobType }: Pick<StatsView, 'origin' | 'jobType'>): string =>
  [jobType, origin].filter(Boolean).join(' · ');
const one = (name: string, value: number): Column => ({ name, parts: [{ value, tone: 'c0' }] });

function distribution({ texts, words }: Visit, it: Typed): Html | null {
  const t = texts.stats;
  const { took } = it;
  if (!took || took.bars.length === 0) return null;
  const plot = barPlot(
    took.bars.map(({ from, share }) => one(words.duration(from), share)),
    { label: t.distributionOf(nameOf(it)), written: t.percent },
  );
  const rows = (['p10', 'p50', 'p90', 'p99'] as const).map((q) => [t.quantile[q], words.duration(took[q])]);
  return figure(t.distributionOf(nameOf(it)), plot, dataTable([t.share, t.within], rows));
}

interface At {
  now: number;
  spanMs: number;
  count: number;
}

/** Of the jobs that ended in each part of the time: half took no longer, and nine of ten. */
function trend(visit: Visit, it: Typed, ended: readonly Ended[], at: At): Html | null {
  const { texts, words } = visit;
  const t = texts.stats;
  const own = ended.filter(
    ({ origin, jobType, tookMs }) =>
      tookMs !== null && origin === it.origin && jobType === (it.jobType ?? ''),
  );
  const slots = slotsOf(own, at).map(({ from, items }) => {
    const took = items.flatMap(({ tookMs }) => tookMs ?? []);
    return { from, count: took.length, half: quantileOf(took, 0.5) ?? 0, most: quantileOf(took, 0.9) ?? 0 };
  });
  if (own.length === 0) return null;
  const plot = barPlot(
    slots.map((slot) => ({
      name: startOf(slot.from, at),
      parts: [
        { value: slot.half, tone: 'c0' },
        { value: slot.most - slot.half, tone: 'c0 pale' },
      ],
    })),
    { label: t.trendOf(nameOf(it)), written: written(words), units: TIMES },
  );
  const rows = slots
    .filter(({ count }) => count > 0)
    .toReversed()
    .map((slot) => [
      moment(visit, slot.from),
      slot.count,
      words.duration(slot.half),
      words.duration(slot.most),
    ]);
  return figure(
    t.trendOf(nameOf(it)),
    plot,
    dataTable([t.since, t.jobs, t.quantile.p50, t.quantile.p90], rows),
  );
}

/** The day of a part of the time, or the minute of one; both in UTC. */
function startOf(from: number, { spanMs }: At): string {
  const iso = new Date(from).toISOString();
  return spanMs > SPANS['24h'] ? iso.slice(5, 10) : iso.slice(11, 16);
}
/** Nothing takes no time. */
const written =
  ({ duration }: Visit['words']) =>
  (ms: number): string =>
    ms === 0 ? '0' : duration(ms);

function delays({ texts, words }: Visit, title: string, values: readonly number[]): Html {
  const t = texts.stats;
  if (values.length === 0) return markup`<p class="soft">${title}: ${t.unknown}</p>`;
  const bars = doubledBars(values);
  const plot = barPlot(
    bars.map(({ from, count }) => one(written(words)(from), count)),
    { label: title, written: String, isWhole: true },
  );
  const rows = ([0.5, 0.9, 0.99] as const).map((q) => [
    t.quantile[`p${q * 100}` as 'p50'],
    words.duration(quantileOf(values, q)!),
  ]);
  return figure(title, plot, dataTable([t.share, t.within], [...rows, [t.jobs, values.length]]));
}

function checks({ texts, lang }: Visit, types: readonly StatsView[]): Html {
  const t = texts.stats;
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const plot = barPlot(
    types.map((it) => one(nameOf(it), it.callsPerJob)),
    { label: t.checksOf, written: number.format },
  );
  const rows = types.map((it) => [
    nameOf(it),
    number.format(it.callsPerJob),
    number.format(it.ended),
    number.format(Math.round(it.callsPerJob * it.ended)),
  ]);
  return figure(t.checksOf, plot, dataTable([t.type, t.perJob, t.jobs, t.checksInAll], rows));
}

/** The most frequent reasons have a colour each, all others one. */
function failures(visit: Visit, events: readonly Event[], at: At): Html {
  const t = visit.texts.stats;
  const failed = failuresOf(events);
  if (failed.length === 0) return markup`<p class="soft">${t.noFailure}</p>`;
  const reasons = countedBy(failed, ({ reason }) => reason);
  const toneOf = new Map(reasons.slice(0, REASONS).map(([reason], n) => [reason, `c${n + 1}`]));
  const tone = (reason: string): string => toneOf.get(reason) ?? 'c5';
  const slots = slotsOf(failed, at);
  const plot = barPlot(
    slots.map(({ from, items }) => ({
      name: startOf(from, at),
      parts: countedBy(items, ({ reason }) => tone(reason))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, some]) => ({ value: some.length, tone: name })),
    })),
    { label: t.failuresOf, written: String, isWhole: true },
  );
  const rows = reasons
    .slice(0, 20)
    .map(([reason, some]) => [
      [
        markup`<span class="dot ${tone(reason)}"></span>`,
        reason || t.noReason,
        some[0]!.says && some[0]!.says !== reason && markup`<br><small>${some[0]!.says}</small>`,
      ],
      some.length,
      moment(visit, Math.max(...some.map((it) => it.at))),
    ]);
  return figure(t.failuresOf, plot, dataTable([t.reason, t.count, t.last], rows));
}
