import * as z from 'zod';
import type { Rule } from './exchange.ts';
import { SYSTEM_NAMES, TRACE_NAMES, type SystemName, type TraceName } from './systems.ts';

export const quotaInput = z.strictObject({
  /** Without it: every system, each counted for itself. */
  system: z.enum([...SYSTEM_NAMES, ...TRACE_NAMES]).optional(),
  /** The user of an account; without it every user, each counted for himself. */
  user: z.string().min(1).optional(),
  limit: z.int().min(1).max(10_000),
  per: z.enum(['second', 'minute']),
});
export type QuotaInput = z.input<typeof quotaInput>;

export interface Quotas {
  /** Replaces the one for the same system and user. */
  set(quota: QuotaInput): void;
  /** Counts a call. Answers the rule that refuses it, or null. */
  count(system: SystemName | TraceName, user: string): Rule | null;
  all(): QuotaInput[];
  /** By `system/user`, how many calls were refused. */
  refused(): Record<string, number>;
  /** No quotas any more. */
  lift(): void;
  /** The quotas of the beginning, nothing counted. */
  clear(): void;
}

const PERIODS = { second: 1_000, minute: 60_000 } as const;

/**
 * Refused calls count like others, so a client that goes on calling at full speed is never served again: a call is let in when
 * the one `limit` calls before it is older than the period.
 */
export function createQuotas(initial: readonly QuotaInput[], clock: () => number): Quotas {
  let rules = new Map<string, QuotaInput>();
  let calls = new Map<string, number[]>();
  let refusals: Record<string, number> = {};
  const set = (quota: QuotaInput): void => void rules.set(keyOf(quota.system, quota.user), quota);
  const clear = (): void => {
    rules = new Map();
    calls = new Map();
    refusals = {};
    initial.forEach(set);
  };
  clear();

  /** The more particular one wins. */
  const ruleFor = (system: SystemName | TraceName, user: string): Rule | undefined =>
    rules.get(keyOf(system, user)) ??
    rules.get(keyOf(system)) ??
    rules.get(keyOf(undefined, user)) ??
    rules.get(keyOf());

  return {
    set,
    count(system, user) {
      const rule = ruleFor(system, user);
      if (!rule) return null;
      const now = clock();
      const key = keyOf(system, user);
      const recent = calls.get(key) ?? [];
      recent.push(now);
      recent.splice(0, recent.length - rule.limit - 1);
      calls.set(key, recent);
      const earlier = recent.at(-1 - rule.limit);
      if (earlier === undefined || now - earlier >= PERIODS[rule.per]) return null;
      refusals[key] = (refusals[key] ?? 0) + 1;
      return rule;
    },
    all: () => [...rules.values()].map((quota) => ({ ...quota })),
    refused: () => ({ ...refusals }),
    lift: () => rules.clear(),
    clear,
  };
}

const keyOf = (system = '*', user = '*'): string => `${system}/${user}`;
