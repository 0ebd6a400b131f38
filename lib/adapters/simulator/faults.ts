import * as z from 'zod';
import { isSystem, SERVED } from './systems.ts';

export const FAULT_NAMES = [
  'throttled',
  'flow_limited',
  'busy',
  'server_error',
  'bad_gateway',
  'unavailable',
  'token_expired',
  'no_api',
  'not_found',
  'vanish',
  'other_job',
  'unknown_status',
  'long_reason',
  'empty',
  'proto',
  'answer',
  'skewed',
  'slow',
  'reset',
  'truncated',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Those that need a job query to show themselves. */
const NOT_FOR_IAM: readonly FaultName[] = ['vanish', 'other_job', 'unknown_status', 'long_reason', 'skewed'];

const ms = z.int().min(1).max(86_400_000);

export const faultInput = z
  .strictObject({
    system: z.enum(SERVED),
    fault: z.enum(FAULT_NAMES),
    /** Only calls about this job. */
    jobId: z.string().optional(),
    /** For this many calls. Without `count` and `forMs` it stays until it is cleared; with both the first end counts. */
    count: z.int().min(1).optional(),
    /** For so long, from now on. */
    forMs: ms.optional(),
    /** How long a `slow` answer waits; a second by default. */
    delayMs: ms.optional(),
    /** The rule that a `throttled` answer names; 60 calls per minute by default. */
    limit: z.int().min(1).optional(),
    per: z.enum(['second', 'minute']).optional(),
    /** How far a `skewed` server's clock is ahead, or behind when negative; 20 minutes by default. */
    skewMs: z.int().min(-86_400_000).max(86_400_000).optional(),
    /** What `answer` answers: 200 by default, and a text as it is or any other value as JSON; nothing by default. */
    status: z.int().min(200).max(599).optional(),
    body: z.json().optional(),
  })
  .superRefine((input, context) => {
    if (!isSystem(input.system) && NOT_FOR_IAM.includes(input.fault)) {
      const message = `${input.fault} is about job queries; use a system other than ${input.system}`;
      context.addIssue({ code: 'custom', path: ['fault'], message });
    }
    for (const [field, fault] of [
      ['delayMs', 'slow'],
      ['limit', 'throttled'],
      ['per', 'throttled'],
      ['skewMs', 'skewed'],
      ['status', 'answer'],
      ['body', 'answer'],
    ] as const) {
      if (input[field] === undefined || input.fault === fault) continue;
      context.addIssue({ code: 'custom', path: [field], message: `belongs to the fault ${fault} only` });
    }
  });
export type FaultInput = z.input<typeof faultInput>;
export type Fault = z.output<typeof faultInput>;

/** A fault in force: how many calls are left to it, and until when. */
export type ActiveFault = Fault & { left: number | null; until: number | null };

export interface Faults {
  set(fault: Fault): ActiveFault;
  /** The one that the next answer suffers. Those of one system come about one at a time, in the order they were set. */
  take(system: Fault['system'], jobId: string | null): Fault | null;
  active(): ActiveFault[];
  clear(): void;
}

export function createFaults(clock: () => number): Faults {
  let faults: ActiveFault[] = [];
  const inForce = (): ActiveFault[] =>
    (faults = faults.filter(({ left, until }) => left !== 0 && clock() < (until ?? Infinity)));

  return {
    set(fault) {
      const until = fault.forMs === undefined ? null : clock() + fault.forMs;
      const active = { ...fault, left: fault.count ?? null, until };
      faults.push(active);
      return { ...active };
    },
    take(system, jobId) {
      const fault = inForce().find(
        (one) => one.system === system && (one.jobId === undefined || one.jobId === jobId),
      );
      if (!fault) return null;
      if (fault.left !== null) fault.left -= 1;
      return fault;
    },
    active: () => inForce().map((fault) => ({ ...fault })),
    clear: () => {
      faults = [];
    },
  };
}
