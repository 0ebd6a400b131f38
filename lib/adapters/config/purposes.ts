import { isRecord } from '../../core/is-record.ts';
import { MAIL } from '../../core/notify/channel.ts';
import { renderPath, type Problem } from '../../core/input/problems.ts';
import type { Path } from '../../core/input/path.ts';
import { CHANNEL_NAMES } from '../channels/registry.ts';
import { parameterOf, SECRETS_MANAGER } from '../platform/secrets.ts';

/**
 * What a secret is for, by where it stands in the configuration. On AWS it is also the folder of its parameter, so that a role can
 * be allowed some of them alone: `/jobchime/STAGE/clouds/otc-password`. What a subscription needs is for its channel.
 */
export const PURPOSES: readonly string[] = ['clouds', 'api', 'network', ...CHANNEL_NAMES];
export type Purpose = string;

/** A reference to a parameter, and where it stands. */
export interface Placed {
  path: Path;
  /** As it is written. */
  reference: string;
  /** The parameter's name. */
  name: string;
  /** Null: nothing that is no secret's place is followed. */
  purpose: Purpose | null;
}

const FOLDERS: Readonly<Record<string, Purpose>> = {
  origins: 'clouds',
  accounts: 'clouds',
  // The sweep alone calls it.
  dead_man: 'clouds',
  api: 'api',
  intake: 'api',
  network: 'network',
  mail: MAIL,
};
/** Text for people and for patterns: whatever it looks like, it is followed nowhere. */
const WORDS = ['template', 'pattern', 'on'];

/** Every reference to a parameter in a document as it was parsed, so that a comment counts for nothing. */
export function parametersIn(document: unknown): Placed[] {
  const found: Placed[] = [];
  const visit = (value: unknown, path: Path, purpose: Purpose | null): void => {
    if (typeof value === 'string') {
      const name = parameterOf(value);
      if (name !== null) found.push({ path, reference: value, name, purpose });
    } else if (Array.isArray(value)) value.forEach((it, i) => visit(it, [...path, i], purpose));
    else if (isRecord(value)) {
      for (const [key, it] of Object.entries(value))
        if (!WORDS.includes(key)) visit(it, [...path, key], purpose);
    }
  };
  if (!isRecord(document)) return [];
  for (const [section, value] of Object.entries(document)) {
    if (section !== 'subscriptions' || !isRecord(value)) {
      visit(value, [section], FOLDERS[section] ?? null);
      continue;
    }
    for (const [name, it] of Object.entries(value)) {
      const channel = isRecord(it) ? it.channel : undefined;
      visit(it, [section, name], CHANNEL_NAMES.find((one) => one === channel) ?? null);
    }
  }
  return found;
}

/** The folder that a parameter is in, of those of a stage; null: no function reads it. */
export function folderOf(name: string, stage: string): Purpose | null {
  const plain = name.startsWith(SECRETS_MANAGER) ? `/${name.slice(SECRETS_MANAGER.length)}` : name;
  const [, jobchime, of, folder, rest] = plain.split('/');
  const isOurs = jobchime === 'jobchime' && of === stage && rest !== undefined && rest !== '';
  return isOurs ? (PURPOSES.find((one) => one === folder) ?? null) : null;
}

/** References out of the folder of what they are for: no role lets a function read those. */
export const misplaced = (all: readonly Placed[], stage: string): Problem[] =>
  all
    .filter(({ name, purpose }) => purpose !== null && folderOf(name, stage) !== purpose)
    .map(({ path, name, reference, purpose }) => ({
      where: renderPath(path),
      problem: `${reference}: no function may read this`,
      fix: `Put it under /jobchime/${stage}/${purpose}/: ${moved(name, reference, stage, purpose!)}`,
    }));

const moved = (name: string, reference: string, stage: string, purpose: Purpose): string => {
  const [kind] = reference.split(':');
  return `${kind}:${kind === 'ssm' ? '/' : ''}jobchime/${stage}/${purpose}/${name.split('/').at(-1)}`;
};
