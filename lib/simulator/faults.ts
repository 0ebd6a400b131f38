import * as z from 'zod';
import { flat, gateway, html, tokenExpired, unknownJob, type Answer, type Call } from './exchange.ts';
import { SYSTEM_NAMES } from './systems.ts';

/** What a fault makes of the answer that would have been given. */
type Twist = (answer: Answer, call: Call, fault: Fault) => Answer;

export const FAULT_NAMES = [
  'throttled',
  'flow_limited',
  'server_error',
  'bad_gateway',
  'unavailable',
  'token_expired',
  'vanish',
  'slow',
  'reset',
  'truncated',
] as const;

const BAD_GATEWAY = `<!DOCTYPE html><html><head><title>Error</title></head><body><h2>Error</h2>
<p>The backend server is unreachable.</p></body></html>`;

const TWISTS: Record<(typeof FAULT_NAMES)[number], Twist> = {
  throttled: (_, call, { limit = 60, per = 'minute' }) =>
    gateway(
      call,
      429,
      'APIGW.0308',
      `The throttling threshold has been reached: policy user over ratelimit,limit:${limit},time:1 ${per}`,
    ),
  // A success by its status, an error by its body.
  flow_limited: () => flat(202, 'Common.0024', 'exceeds flow over limit'),
  server_error: () =>
    flat(500, 'Common.0001', 'A system exception occurred. Try again later or contact customer service.'),
  bad_gateway: () => html(502, BAD_GATEWAY),
  unavailable: (_, call) => gateway(call, 503, 'APIGW.0613', 'The IAM service is currently unavailable.'),
  token_expired: (_, call) => tokenExpired(call),
  vanish: (answer) => (answer.status === 200 ? unknownJob() : answer),
  slow: (answer, _, { delayMs = 1_000 }) => ({ ...answer, delayMs }),
  reset: (answer) => ({ ...answer, send: 'reset' }),
  truncated: (answer) => ({ ...answer, send: 'truncated' }),
};

const ms = z.int().min(1).max(86_400_000);

export const faultInput = z
  .strictObject({
    system: z.enum([...SYSTEM_NAMES, 'iam']),
    fault: z.enum(FAULT_NAMES),
    /** Only calls about this job. */
    jobId: z.string().optional(),
    /** For so many calls. Without `count` and `forMs` it stays until it is cleared; with both the first end counts. */
    count: z.int().min(1).optional(),
    /** For so long, from now on. */
    forMs: ms.optional(),
    /** How long a `slow` answer waits; a second by default. */
    delayMs: ms.optional(),
    /** The rule that a `throttled` answer names; 60 calls per minute by default. */
    limit: z.int().min(1).optional(),
    per: z.enum(['second', 'minute']).optional(),
  })
  .superRefine((input, context) => {
    for (const [field, fault] of [
      ['delayMs', 'slow'],
      ['limit', 'throttled'],
      ['per', 'throttled'],
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
  /** Those of one system come about one at a time, in the order they were set. */
  apply(system: Fault['system'], jobId: string | null, call: Call, answer: Answer): Answer;
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
    apply(system, jobId, call, answer) {
      const fault = inForce().find(
        (one) => one.system === system && (one.jobId === undefined || one.jobId === jobId),
      );
      if (!fault) return answer;
      if (fault.left !== null) fault.left -= 1;
      return TWISTS[fault.fault](answer, call, fault);
    },
    active: () => inForce().map((fault) => ({ ...fault })),
    clear: () => {
      faults = [];
    },
  };
}
