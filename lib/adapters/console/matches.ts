import { EVENT_KINDS, isGroupEvent, isJobEvent, PING, SUMMARY, type Event } from '../../core/jobs/event.ts';
import { SAMPLE_KINDS } from '../../core/jobs/sample-event.ts';
import { describe } from '../../core/notify/message.ts';
import { acceptPattern, explainMismatch, type Pattern } from '../../core/notify/pattern.ts';
import { envelope, PRESETS, type Preset } from '../../core/notify/presets.ts';
import { isRefusal } from '../api/problem.ts';
import { sampleFor } from '../api/routing/sample.ts';
import { patternIn, type Draft } from './draft.ts';
import { markup, type Html } from './markup.ts';
import { card, moment, subjectPath } from './parts.ts';
import type { Visit } from './visit.ts';

/** Events that a pattern is held against. */
const RECENT = 30;

/** What goes to one target whatever the patterns say. */
const DIRECT: readonly string[] = [PING, SUMMARY];

export const recentEvents = async ({ deps, token }: Visit): Promise<Event[]> => {
  const events = await deps.useCases.newestEvents({ limit: RECENT, projects: token.projects });
  return events.filter(({ kind }) => !DIRECT.includes(kind));
};

/** Events of all kinds that did not happen, as far as the visitor may ask for them. */
export const sampleEvents = ({ deps, token, now }: Visit): Event[] =>
  SAMPLE_KINDS.flatMap((kind) => {
    const made = sampleFor(deps, token, kind, {}, { seed: 'console', at: now });
    return isRefusal(made) ? [] : [made];
  });

/** Which events the subscription of a draft gets and why not the others, by what decides it for real. */
export async function matches(visit: Visit, draft: Draft): Promise<Html> {
  const preset = Object.hasOwn(PRESETS, draft.what) ? (draft.what as Preset) : null;
  return matchesOf(visit, preset ? PRESETS[preset] : patternIn(draft), preset);
}

/** The same of one that there is; `on`: the preset that it was made with. */
export async function matchesOf(visit: Visit, pattern: unknown, on: Preset | null): Promise<Html> {
  return shown(visit, acceptPattern(pattern, visit.texts.matches.problems), on, await recentEvents(visit));
}

function shown(
  visit: Visit,
  read: ReturnType<typeof acceptPattern>,
  on: Preset | null,
  events: readonly Event[],
): Html {
  const t = visit.texts.matches;
  return markup`<section data-part="matches" aria-live="polite" aria-labelledby="matches">
    <h2 id="matches">${t.title}</h2>
    ${
      read.ok
        ? lists(visit, read.pattern, on, events)
        : card('bad', [
            markup`<p>${t.unusable}</p>`,
            markup`<ul>${read.problems.map(({ path, problem, fix }) => markup`<li><code>${path}</code> ${problem}. ${fix}</li>`)}</ul>`,
          ])
    }
  </section>`;
}

function lists(visit: Visit, pattern: Pattern, on: Preset | null, events: readonly Event[]): Html {
  const t = visit.texts.matches;
  // A preset has long lists of what it matches; that an event is none of it says all.
  const mismatch = (event: Event): Html | string | null => {
    const why = explainMismatch(pattern, envelope(event), t.why);
    return why === null ? null : on ? t.noneOf(on) : markup`${t.getsNot} <code>${why}</code>`;
  };
  const held = events.map((event) => ({ event, why: mismatch(event) }));
  const got = held.filter(({ why }) => why === null).length;
  const samples = sampleEvents(visit).map((event) => ({ event, why: mismatch(event) }));
  const of = samples.filter(({ why }) => why === null).map(({ event }) => event.kind);
  return markup`<p><strong>${events.length === 0 ? t.noEvents : t.count(got, events.length)}</strong></p>
    <ul class="list">${held.map(({ event, why }) => row(visit, event, why))}</ul>
    <details${events.length === 0 ? markup` open` : ''}><summary>${t.samples(of.length, samples.length)}</summary>
      <ul class="list">${samples.map(({ event, why }) => sampleRow(visit, event, why))}</ul>
    </details>`;
}

const verdict = ({ texts }: Visit, why: Html | string | null): Html =>
  why === null ? markup`<strong>✓ ${texts.matches.gets}</strong>` : markup`✗ ${why}`;

function row(visit: Visit, event: Event, why: Html | string | null): Html {
  const said = describe(event, { lang: visit.lang, zone: 'UTC' });
  const path = subjectPath(event.subject);
  return markup`<li class="${why === null ? 'good' : ''}">${moment(visit, event.metadata.time)}<code>${event.kind}</code> ${path === null ? said.title : markup`<a href="${path}">${said.title}</a>`}<br>${verdict(visit, why)} · ${looks(visit, { event: event.metadata.id })}</li>`;
}

const sampleRow = (visit: Visit, event: Event, why: Html | string | null): Html =>
  markup`<li class="${why === null ? 'good' : ''}"><code>${event.kind}</code><br>${verdict(visit, why)} · ${looks(visit, { sample: event.kind })}</li>`;

/** The way to what the message says. */
const looks = ({ texts }: Visit, of: Record<string, string>): Html =>
  markup`<a href="/preview?${new URLSearchParams(of).toString()}">${texts.matches.message}</a>`;

/** In the order of their kinds; of a project only what is about jobs and groups. */
export const kindsFor = ({ token }: Visit): string[] =>
  EVENT_KINDS.filter(
    (kind) =>
      !DIRECT.includes(kind) && (token.projects === null || isJobEvent({ kind }) || isGroupEvent({ kind })),
  );
