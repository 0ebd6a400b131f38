/** One name of the text format of Prometheus (version 0.0.4), with its samples. */
export interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  samples: Sample[];
}
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Of a histogram: what the sample is. */
  suffix?: '_bucket' | '_sum' | '_count';
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The families as text; each line ends with a line feed, the last one too. */
export const expose = (families: readonly Family[]): string =>
  families
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${escapeHelp(help)}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(
          ({ labels, value, suffix = '' }) => `${name}${suffix}${labelsOf(labels)} ${numberOf(value)}`,
        ),
      ].join('\n'),
    )
    .map((family) => `${family}\n`)
    .join('');

function labelsOf(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

const numberOf = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value);
