import { sharedRender } from '../../adapters/channels/webhook/template.ts';
import { contextOf } from '../../adapters/channels/webhook/template-context.ts';
import { webhookBody } from '../../adapters/channels/webhook/sender.ts';
import { readYaml } from '../../adapters/config/yaml.ts';
import type { Problem } from '../../core/input/problems.ts';
import type { Event } from '../../core/jobs/event.ts';
import { acceptPattern, matches } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import { hasTemplate } from '../../core/notify/request-settings.ts';
import { whyMissing } from '../../core/input/missing-secret.ts';
import type { Subscription, Target } from '../../core/notify/subscription.ts';
import { OWN_WORDS, readMade } from '../../core/notify/own-words.ts';
import { definitionOf } from '../../adapters/channels/registry.ts';
import { samples, WITHOUT, type Sample } from './samples.ts';

/** What a template makes of an event that its subscription may be sent. */
interface TemplateFault {
  subscription: string;
  /** Where the template stands below the subscription. */
  at: string[];
  problem: string;
  /** Names of samples. */
  with: string[];
}

/** Fills every template in with every sample of an event that its subscription may get, and with words in place of secrets. */
function faultsOfTemplates(subscriptions: readonly Subscription[]): TemplateFault[] {
  const templated = subscriptions.filter(hasTemplate);
  if (templated.length === 0) return [];
  const known = samples();
  return templated.flatMap((one) => faultsOf(one, known));
}

function faultsOf(subscription: Subscription, known: readonly Sample[]): TemplateFault[] {
  const faults = new Map<string, TemplateFault>();
  for (const { name, event } of known.filter((one) =>
    mayGet(subscription.pattern.raw, subscription, one.event),
  )) {
    for (const { at, made } of [...ofRequest(subscription, event), ...ofWords(subscription, event)]) {
      if (made.ok) continue;
      const problem = 'near' in made && made.near ? `${made.problem}: ${made.near}` : made.problem;
      const found = faults.get(`${at.join()} ${problem}`);
      if (found) found.with.push(name);
      else
        faults.set(`${at.join()} ${problem}`, { subscription: subscription.id, at, problem, with: [name] });
    }
  }
  return [...faults.values()];
}

interface Tried {
  at: string[];
  made: { ok: true } | { ok: false; problem: string; near?: string };
}

/** What the templates of a webhook make of an event. */
function ofRequest({ id, targets }: Subscription, event: Event): Tried[] {
  const [{ request = {}, address, reader }] = targets as [Target];
  const { body, path, contentType = 'application/json', secrets = {} } = request;
  const words = Object.fromEntries(Object.keys(secrets).map((name) => [name, () => `secret ${name}`]));
  const context = () =>
    contextOf(webhookBody(event), event, { id: 'dlv_sample', subscription: id, reader }, words);
  return [
    ...(body === undefined ? [] : [{ at: ['body'], made: sharedRender()(body, contentType, context()) }]),
    // What is missing of the configuration is reported elsewhere.
    ...(path === undefined || whyMissing([address])
      ? []
      : [{ at: ['body'], made: sharedRender().behind(address(), path, context()) }]),
  ];
}

/** What those in the subscription's own words make of it. */
function ofWords({ id, channel, targets }: Subscription, event: Event): Tried[] {
  const [{ words = {}, reader }] = targets as [Target];
  const most = definitionOf(channel)?.words?.most ?? 0;
  return OWN_WORDS.flatMap((what): Tried[] => {
    const template = words[what];
    if (template === undefined) return [];
    const context = contextOf(webhookBody(event), event, { id: 'dlv_sample', subscription: id, reader });
    const made = sharedRender()(template, 'text/plain', context);
    return [{ at: ['template', what], made: made.ok ? readMade(what, made.body, most) : made }];
  });
}

/** A pattern may want labels or names that the sample does not have: then its kind decides. */
function mayGet(raw: unknown, { pattern }: Subscription, event: Event): boolean {
  const seen = envelope(event);
  if (matches(pattern, seen)) return true;
  const { 'detail-type': kinds, ...rest } = raw as Record<string, unknown>;
  const ofKind = acceptPattern(kinds === undefined ? { source: ['jobchime'] } : { 'detail-type': kinds });
  return (
    ofKind.ok && matches(ofKind.pattern, seen) && acceptPattern({ ...rest, 'detail-type': [event.kind] }).ok
  );
}

/** What fails with the whole sample fails with less of it too. */
function wordsOf({ problem, with: names }: TemplateFault): string {
  const told = names.filter((name) => !name.endsWith(WITHOUT) || !names.includes(name.replace(WITHOUT, '')));
  return `its template fails with ${told.join(', ')}: ${problem}`;
}

const FIX =
  'Correct it, or let the subscription want other events. Until then these go out with the standard body or the built-in message (docs/recipes.md, docs/templates.md).';

/** As what is wrong in the file whose text this is. */
export function problemsOfTemplates(subscriptions: readonly Subscription[], text: string): Problem[] {
  const yaml = readYaml(text);
  return faultsOfTemplates(subscriptions).map((fault) => {
    const path = ['subscriptions', fault.subscription, ...fault.at];
    return {
      where: path.join('.'),
      ...(yaml.ok && yaml.positionOf(path)),
      problem: wordsOf(fault),
      fix: FIX,
    };
  });
}

interface Found {
  what: string;
  ok: boolean;
  says: string;
  fix?: string;
}

/** As what `doctor` finds. */
export function findingsOfTemplates(subscriptions: readonly Subscription[]): Found[] {
  const faults = faultsOfTemplates(subscriptions);
  return subscriptions.filter(hasTemplate).flatMap(({ id }): Found[] => {
    const what = `template of subscription ${id}`;
    const own = faults.filter(({ subscription }) => subscription === id);
    if (own.length === 0)
      return [{ what, ok: true, says: 'fits every sample of the events that it may get' }];
    return own.map((fault) => ({ what, ok: false, says: wordsOf(fault), fix: FIX }));
  });
}
