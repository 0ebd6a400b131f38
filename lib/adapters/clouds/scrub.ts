import { truncate } from '../../core/jobs/bounds.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { hideShapes, namesSecret } from '../platform/secret-shapes.ts';

/** Enough for the gateway's words and a sample of what was not understood. */
const MAX_DETAIL = 500;
/** Deeper structures could not be written out again: writing recurses. */
const DEEPEST = 16;

/**
 * The same observation without any secret in its texts: services quote what they were sent, by us (`hideOurs`) and by
 * others, whose secrets nobody knows but by their looks.
 */
export function scrub(seen: Observation, hideOurs: (text: string) => string): Observation {
  const redact = (text: string): string => hideShapes(hideOurs(text));
  const clean = (text: string): string => redact(withoutControls(text));
  if (!('report' in seen)) return { ...seen, detail: truncate(clean(seen.detail), MAX_DETAIL) };
  const { report } = seen;
  const words = (text: string | null): string | null => text && redact(text);
  return {
    ...seen,
    status: clean(seen.status),
    report: {
      ...report,
      jobType: report.jobType && clean(report.jobType),
      beganAt: words(report.beganAt),
      endedAt: words(report.endedAt),
      error: mapTexts(report.error, clean, (key) => key) as typeof report.error,
      entities: mapTexts(report.entities, redact, redact) as typeof report.entities,
    },
  };
}

/** What a terminal would obey, and nobody can read. */
const CONTROLS =
  // oxlint-disable-next-line no-control-regex
  /(\u001B\[|\u009B)[\d;]*[A-Za-z]|\u001B\][^\u0007\u001B]*(\u0007|\u001B\\)|[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
const withoutControls = (text: string): string => text.replaceAll(CONTROLS, '');

/** A copy with every text in it mapped. `__proto__`, harmless as JSON, is left out: some copy would take it for what it says. */
function mapTexts(
  value: unknown,
  text: (text: string) => string,
  key: (key: string) => string,
  depth = 0,
): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[nested too deeply]';
  if (Array.isArray(value)) {
    const isPair = value.length === 2 && isSecretName(value[0]);
    const kept = isPair ? [value[0], HIDDEN] : value;
    return kept.map((item: unknown) => mapTexts(item, text, key, depth + 1));
  }
  const names = Object.keys(value);
  const held = value as Record<string, unknown>;
  // `{"name": "password", "value": "..."}`
  const isNamed = names.some((name) => NAME.test(name) && isSecretName(held[name]));
  const copy: Record<string, unknown> = {};
  for (const name of names) {
    if (name === '__proto__') continue;
    const item = held[name];
    const isSecret = item !== null && (namesSecret(name) || (isNamed && VALUE.test(name)));
    copy[key(name)] = isSecret ? HIDDEN : mapTexts(item, text, key, depth + 1);
  }
  return copy;
}

const HIDDEN = '[redacted]';
const NAME = /^(name|key|field|header|param|parameter)$/i;
const VALUE = /^values?$/i;
const isSecretName = (value: unknown): boolean => typeof value === 'string' && namesSecret(value);
