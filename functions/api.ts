import middy from '@middy/core';
import { handle } from 'hono/aws-lambda';
import { openApi } from '../lib/wire/aws/api.ts';
import { ENDING_EARLY } from '../lib/wire/aws/middleware/ending-early.ts';
import { functionContext } from '../lib/wire/aws/middleware/function-context.ts';

/** The HTTP API behind a gateway: the same fetch-standard app as on one machine. */
export const handler = middy(ENDING_EARLY)
  .use(functionContext(() => openApi(process.env)))
  .handler(async (event, context) =>
    handle({ fetch: context.parts.fetch } as App)(event as Request, context),
  );

/** An app of Hono is more than this needs. */
type App = Parameters<typeof handle>[0];
type Request = Parameters<ReturnType<typeof handle>>[0];
