import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';

/** What each function reads of its environment: all of this, and nothing else. */
export const ENV = lazily(() => {
  const text = z.string().min(1);
  const ground = {
    JOBCHIME_STAGE: text,
    /** The DynamoDB table. */
    JOBCHIME_TABLE: text,
    /** The parameter of Systems Manager in which the configuration stands. */
    JOBCHIME_CONFIG: text,
  };
  const queues = {
    JOBCHIME_SLACK_QUEUE: text,
    JOBCHIME_EMAIL_QUEUE: text,
    JOBCHIME_WEBHOOK_QUEUE: text,
  };

  return {
    api: z.object({ ...ground, ...queues }),
    track: z.object({ ...ground, JOBCHIME_BUS: text }),
    sweep: z.object({ ...ground, ...queues, JOBCHIME_BUS: text }),
    route: z.object({ ...ground, ...queues }),
    slack: z.object({ ...ground, JOBCHIME_SLACK_QUEUE: text }),
    email: z.object({ ...ground, JOBCHIME_EMAIL_QUEUE: text }),
    webhook: z.object({ ...ground, JOBCHIME_WEBHOOK_QUEUE: text }),
  };
});
type Schemas = ReturnType<typeof ENV>;
type Routing = z.infer<Schemas['route']>;

export type Env = Readonly<Record<string, string | undefined>>;
export type GroundEnv = Omit<z.infer<Schemas['track']>, 'JOBCHIME_BUS'>;
export type QueueEnv = Partial<Pick<Routing, Extract<keyof Routing, `${string}_QUEUE`>>>;
