import type { Family } from '../../../lib/adapters/platform/metrics/exposition.ts';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)|\+Inf|-Inf|NaN)$/;

/**
 * The text format 0.0.4, strictly: HELP, then TYPE, then the samples of that name; each series once; a line feed at the end.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const families: Family[] = [];
  const seen = new Set<string>();
  let helped: { name: string; help: string } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, help, what = ''] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (help !== undefined) {
      if (!NAME.test(help) || families.some(({ name }) => name === help))
        throw new Error(`wrong HELP: ${line}`);
      helped = { name: help, help: unescape(what, /\\([\\n])/g) };
    } else if (typed !== undefined) {
      if (helped?.name !== typed) throw new Error(`TYPE without HELP before: ${line}`);
      if (type === 'counter' && !typed.endsWith('_total'))
        throw new Error(`a counter ends in _total: ${typed}`);
      families.push({ ...helped, type: type as Family['type'], samples: [] });
    } else families.at(-1)!.samples.push(sample(line, families.at(-1)!, seen));
  }
  return families;
}

function sample(line: string, family: Family, seen: Set<string>): Family['samples'][number] {
  const [, name, , labels = '', value = ''] = /^([^{ ]+)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const suffixes = family.type === 'histogram' ? (['_bucket', '_sum', '_count'] as const) : ([''] as const);
  const suffix = suffixes.find((one) => name === `${family.name}${one}`);
  if (suffix === undefined || !VALUE.test(value)) throw new Error(`wrong sample: ${line}`);
  const series = line.slice(0, line.lastIndexOf(' '));
  if (seen.has(series)) throw new Error(`a series twice: ${series}`);
  seen.add(series);
  return {
    ...(suffix && { suffix }),
    labels: labelsOf(labels),
    value: Number(value.replace('Inf', 'Infinity')),
  };
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const [all, name, value] = LABEL.exec(rest) ?? [];
    if (!all || !name || name in labels) throw new Error(`wrong labels: ${text}`);
    labels[name] = unescape(value!, /\\([\\n"])/g);
    rest = rest.slice(all.length);
  }
  return labels;
}

const unescape = (text: string, escapes: RegExp): string =>
  text.replaceAll(escapes, (_, character: string) => (character === 'n' ? '\n' : character));
