import { isRecord } from '../is-record.ts';
import * as z from 'zod';
import { FORMER_KEYS } from '../former-names.ts';
import { nearest } from './nearest.ts';
import {
  bare,
  branchesOf,
  branchOf,
  hintOf,
  isKind,
  keysOf,
  optionsOf,
  schemaAt,
  valueAt,
} from './schema-walk.ts';
import type { Path } from './path.ts';

/** What is wrong in the configuration file, and what to do about it. Never holds a value of the file. */
export interface Problem {
  /** `origins.hwc-ecs.endpoint`; empty where the file as a whole is meant. */
  where: string;
  /** Both count from 1. */
  line?: number;
  column?: number;
  problem: string;
  fix: string;
}

/** One line for what is wrong, one for what to do. Editors and terminals turn `file:line:column` into a link. */
export function renderProblems(problems: readonly Problem[], file: string): string {
  const one = ({ where, line, column, problem, fix }: Problem): string => {
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    return `${place}: ${where ? `${where}: ` : ''}${problem}\n    ${fix}`;
  };
  return problems.map(one).join('\n');
}

export const renderPath = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${printable(String(step))}`))
    .join('')
    .replace(/^\./, '');

/**
 * A key as it may be shown. Keys are the file's text too: in `{ password:hunter2 }`, where the space is missing, the whole
 * is the key. So a key is shown up to the first character that names do not have.
 */
function printable(key: string): string {
  const [name = ''] = /^[$A-Za-z0-9_-]{0,40}/.exec(key) ?? [];
  return name === key ? key : `${name}…`;
}

export interface Fault {
  path: Path;
  problem: string;
  fix: string;
}
interface Finding extends Fault {
  missing?: boolean;
  /** The path that a misspelt key was probably meant to have. */
  meant?: Path;
}

/** The schema's issues in plain words. `raw` is what was parsed with `schema`. */
export function explain(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, raw: unknown): Fault[] {
  const findings = issues.flatMap((issue) => explainOne(issue, [], schema, raw));
  // A misspelt key is one slip, though the schema sees two: a key too many and a key too few.
  const meant = new Set(findings.flatMap((finding) => (finding.meant ? [renderPath(finding.meant)] : [])));
  return findings
    .filter((finding) => !(finding.missing && meant.has(renderPath(finding.path))))
    .map(({ path, problem, fix }) => ({ path, problem, fix }));
}

function explainOne(issue: z.core.$ZodIssue, base: Path, schema: z.ZodType, raw: unknown): Finding[] {
  const path = [...base, ...issue.path];
  const value = valueAt(raw, path);
  const field = schemaAt(schema, raw, path);
  const told = (problem: string, fix = hintOf(field)): Finding[] => [{ path, problem, fix }];
  const missing = (): Finding[] => [{ path, problem: 'is missing', fix: hintOf(field), missing: true }];

  if (issue.code === 'custom') return told(issue.message, issue.params?.fix);
  if (value !== undefined && hasOwnWords(issue)) return told(issue.message);
  if (issue.code === 'invalid_union' && 'options' in issue) {
    // A discriminated union without a branch names the words that it would have taken.
    const own = value === undefined ? missing() : told(notOneOf(value, issue.options));
    return [...own, ...inEveryBranch(path, schema, raw)];
  }
  if (value === undefined) return missing();
  switch (issue.code) {
    case 'invalid_type':
      return told(wrongKind(issue.expected, value));
    case 'invalid_value':
      return told(notOneOf(value, issue.values));
    case 'invalid_key':
      return [
        ...told(badName(issue), nameHint(schemaAt(schema, raw, path.slice(0, -1)))),
        ...within(path, schema, raw),
      ];
    case 'too_small':
      return told(issue.origin === 'number' ? `must be at least ${issue.minimum}` : 'is empty');
    case 'too_big':
      return told(`must be at most ${issue.maximum}`);
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, field, value));
    case 'invalid_union': {
      const union = bare(field) as z.ZodUnion;
      const branch = branchOf(union, value);
      if (branch.fit === 0) return told('has nothing of what is expected here');
      const inner = issue.errors[optionsOf(union).indexOf(branch.schema)] ?? [];
      return inner.flatMap((issue) => explainOne(issue, path, schema, raw));
    }
    default:
      return told('is not usable');
  }
}

/** What is wrong inside of something that the schema did not look into, because its name is wrong. */
function within(path: Path, schema: z.ZodType, raw: unknown): Finding[] {
  const { error } = schemaAt(schema, raw, path).safeParse(valueAt(raw, path));
  return (error?.issues ?? []).flatMap((issue) => explainOne(issue, path, schema, raw));
}

/**
 * Where its discriminator, at `path`, does not decide what something is, nothing else of it was looked at. What is wrong
 * with it as any of the branches that it may have been meant for is reported, too.
 */
function inEveryBranch(path: Path, schema: z.ZodType, raw: unknown): Finding[] {
  const parent = path.slice(0, -1);
  const union = bare(schemaAt(schema, raw, parent)) as z.ZodUnion;
  const value = valueAt(raw, parent);
  const [first = [], ...others] = branchesOf(union, value).map((branch) =>
    (branch.safeParse(value).error?.issues ?? [])
      .flatMap((issue) => explainOne(issue, parent, schema, raw))
      .filter((finding) => renderPath(finding.path) !== renderPath(path)),
  );
  const same = (a: Finding, b: Finding): boolean =>
    renderPath(a.path) === renderPath(b.path) && a.problem === b.problem;
  return first.filter((one) => others.every((other) => other.some((it) => same(it, one))));
}

/** A schema may say itself what is wrong; else the words are zod's, which are for programmers. */
const hasOwnWords = ({ message }: { message: string }): boolean =>
  !/^(Invalid|Too|Unrecognized)\b/.test(message);

function unknownKey(key: string, parent: Path, schema: z.ZodType, value: unknown): Finding {
  const path = [...parent, key];
  const shown = printable(key);
  const union = bare(schema);
  const branch = union instanceof z.ZodUnion ? branchOf(union, value).schema : schema;
  const known = keysOf(branch);
  if (keysOf(schema).includes(key)) {
    const problem = `'${shown}' does not go together with ${beside(union, known, value)}`;
    return { path, problem, fix: `Remove it. ${hintOf(schema)}` };
  }
  const problem = `unknown key '${shown}'`;
  const [, glued] = /^(\w+):/.exec(key) ?? [];
  if (glued) return { path, problem, fix: 'Put a space after the colon.', meant: [...parent, glued] };
  const present = Object.hasOwn(FORMER_KEYS, key) ? FORMER_KEYS[key] : undefined;
  if (present && known.includes(present))
    return {
      path,
      problem: `'${key}' is called '${present}' now`,
      fix: `Write '${present}'.`,
      meant: [...parent, present],
    };
  const meant = nearest(key, known);
  if (!meant) return { path, problem, fix: `Remove it. Known here: ${known.join(', ') || 'nothing'}.` };
  return {
    path,
    problem: `${problem}: did you mean '${meant}'?`,
    fix: `Write '${meant}'.`,
    meant: [...parent, meant],
  };
}

/** What decided for the branch of a union: its discriminator, or the keys that are there. */
function beside(union: z.ZodType, known: readonly string[], value: unknown): string {
  const given = isRecord(value) ? value : {};
  const decides = union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : '';
  const word = given[decides];
  // Only a word that is one of ours is shown.
  if (isKind(union, word)) return `${decides}: ${word}`;
  return known.filter((key) => key in given && key !== decides).join(', ');
}

function notOneOf(value: unknown, words: readonly unknown[]): string {
  const known = words.map(String);
  const meant = typeof value === 'string' ? nearest(value, known) : undefined;
  return `must be one of ${known.join(', ')}${meant ? `: did you mean '${meant}'?` : ''}`;
}

/** The schema of the names may say what is wrong with one, and has the hint. */
const badName = ({ issues: [first] }: z.core.$ZodIssueInvalidKey): string =>
  first && hasOwnWords(first) ? `is a name that ${first.message}` : 'is not a usable name';
function nameHint(schema: z.ZodType): string {
  const record = bare(schema);
  return hintOf(record instanceof z.ZodRecord ? (record.keyType as z.ZodType) : schema);
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};
const kind = (name: string): string => KINDS[name] ?? name;

function wrongKind(expected: string, value: unknown): string {
  if (value === null) return 'is empty';
  const not = expected === 'int' && typeof value === 'number' ? '' : `, not ${kindOf(value)}`;
  return `must be ${kind(expected)}${not}`;
}
const kindOf = (value: unknown): string => (Array.isArray(value) ? 'a list' : kind(typeof value));
