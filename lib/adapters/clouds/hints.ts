import { causeOf } from '../../core/jobs/causes.ts';
import { CAUSES } from '../../core/notify/texts/causes.ts';

interface Hint {
  code: RegExp;
  hint: string;
}

/** What to do about a failed job, in the English of the events; null where nothing better is known than what the cloud says. */
export function jobHint(code: string | null, reason: string | null): string | null {
  const cause = causeOf(code, reason);
  if (!cause) return null;
  const { what, todo } = CAUSES[cause].en;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${todo}`;
}

/** The gateway in front of the services has three names (platform, product, ROMA); its numbers agree. */
export const gateway = (numbers: string): RegExp => new RegExp(`^(APIGW|APIG|APIC)\\.(${numbers})$`);

const OF_QUESTIONS: readonly Hint[] = [
  { code: gateway('0101'), hint: 'check endpoint and dialect' },
  { code: gateway('0301|0303'), hint: 'check the credentials' },
  { code: gateway('0307'), hint: 'a new token is needed' },
  { code: /^Common\.0013$/, hint: 'check the credentials' },
  { code: /^(Common\.0018|Ecs\.0023)$/, hint: 'the credentials are of another project' },
  { code: /^(Pdp\.\d+|Ecs\.0110)$/, hint: 'grant the user the right to read jobs' },
  {
    code: gateway('0302|0306|0310'),
    hint: 'check the permissions, and whether account and project are active',
  },
];

/** What to do about a request that was refused, as a few words; null where it passes by itself. */
export const questionHint = (codes: readonly string[]): string | null =>
  OF_QUESTIONS.find(({ code }) => codes.some((found) => code.test(found)))?.hint ?? null;
