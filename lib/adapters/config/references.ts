import { dirname, resolve } from 'node:path';
import { accept, refuse, type Read } from '../../core/input/fields.ts';
import { missingSecret, secretElsewhere } from '../../core/input/missing-secret.ts';
import type { Secret } from '../../core/notify/subscription.ts';
import { parameterOf, resolveSecret } from '../platform/secrets.ts';

/** What a reference is followed with. */
export interface ReferenceDeps {
  /** Where the configuration was read; `file:` is relative to it. */
  path: string;
  env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): string;
  /** What `ssm:/path` stands for, read beforehand; left out where there is no Systems Manager. */
  parameters?: ReadonlyMap<string, string>;
  /** Whether another function follows this reference; then it is in nobody's way here. */
  elsewhere?: (reference: string) => boolean;
  secrets: { add(value: string): Secret };
  /** Why `.env` beside the file, which `env` has, could not be read. */
  envTrouble?: string;
}

const REFERENCE_FORM = /^(env:[A-Za-z_]\w*|file:\P{Cc}+|ssm:\/[\w./-]+|secretsmanager:[\w./-]+)$/u;

type Check = (value: string) => Read<unknown>;

export function secretAt(reference: string, deps: ReferenceDeps, check: Check = accept): Read<Secret> {
  // Anything else may be the secret itself, put there by mistake, so it must not come back in a message.
  if (!REFERENCE_FORM.test(reference)) return refuse('is a secret written out');
  const elsewhere = away(reference, deps);
  if (elsewhere) return accept(elsewhere);
  const found = valueAt(reference, deps);
  if (!found.ok) return found;
  // It would break the header that it is sent in, and the error would show it.
  if (/\p{Cc}/u.test(found.value))
    return refuse(`${reference} has a line break or another control character`);
  const form = check(found.value);
  if (!form.ok) return { ...form, problem: `what it refers to ${form.problem}` };
  return accept(deps.secrets.add(found.value));
}

export function textAt(
  reference: string,
  deps: ReferenceDeps,
  check: (value: string) => Read<string>,
): Read<Secret> {
  const elsewhere = away(reference, deps);
  if (elsewhere) return accept(elsewhere);
  const found = valueAt(reference, deps);
  if (!found.ok) return found;
  const form = check(found.value);
  return form.ok ? accept(() => form.value) : { ...form, problem: `what it refers to ${form.problem}` };
}

/** What is read elsewhere is missing only where it is used, and nothing is wrong with that. */
const away = (reference: string, { elsewhere }: ReferenceDeps): Secret | null =>
  elsewhere?.(reference) ? secretElsewhere(`${reference} is read by another function`) : null;

function valueAt(reference: string, deps: ReferenceDeps): Read<string> {
  if (!REFERENCE_FORM.test(reference)) return refuse('is not a reference');
  const { path, env, readFile, parameters } = deps;
  try {
    const read = (file: string): string => readFile(resolve(dirname(path), file));
    return accept(resolveSecret(reference, env, read, parameters));
  } catch (error) {
    return refuse((error as Error).message, fixOf(reference, error, deps));
  }
}

/** What is made of a reference that was followed. */
export type Taken = (found: Read<Secret>, reference: string) => Read<Secret>;

/** A value that is not there is missed only where it is used. */
export const laterWhere =
  ({ parameters }: ReferenceDeps): Taken =>
  (found, reference) => {
    // What can lead to no value here is a mistake in the file, and nothing that may come later.
    const isPossible = REFERENCE_FORM.test(reference) && (!parameters || parameterOf(reference) !== null);
    if (found.ok || !isPossible) return found;
    const { problem, fix } = found;
    const named = problem.includes(reference) ? problem : `${reference}: ${problem}`;
    return accept(missingSecret(fix ? `${named}. ${fix}` : named));
  };

/** What to do about a reference that leads to nothing: each kind is put right elsewhere. */
function fixOf(reference: string, error: unknown, { path, parameters, envTrouble }: ReferenceDeps): string {
  const OR = 'or correct the reference.';
  const kind = reference.slice(0, reference.indexOf(':'));
  if (parameterOf(reference) !== null) {
    const what = kind === 'ssm' ? 'parameter' : 'secret';
    return parameters ? `Make that ${what}, ${OR}` : 'Write env:NAME or file:/path.';
  }
  if (parameters) return 'Write ssm:/path: on AWS secrets are parameters of Systems Manager.';
  if (kind === 'env') {
    const file = envTrouble
      ? `.env beside the configuration, which cannot be read (${envTrouble})`
      : '.env beside the configuration';
    return `Set it before the service starts, in its environment or in ${file}; ${OR}`;
  }
  const file = resolve(dirname(path), reference.slice('file:'.length));
  switch (codeOf(error)) {
    case undefined:
      return `Write the value into ${file}, ${OR}`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${file}: put the value into it, ${OR}`;
    case 'EACCES':
    case 'EPERM':
      return `The user that runs Jobchime must be able to read ${file}: change its permissions, ${OR}`;
    case 'EISDIR':
      return `${file} is a folder: name the file in it.`;
    default:
      return `See to ${file}, ${OR}`;
  }
}

/** Of the file that could not be read; undefined: it was. */
const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
