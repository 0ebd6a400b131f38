import middy from '@middy/core';
import { handle } from 'hono/aws-lambda';
import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openApi } from '../lib/wire/aws/api.ts';

const open = onFirstCall(() => openApi(process.env));

/** The HTTP API behind a gateway: the same fetch-standard app as on one machine. */
export const handler = middy({ timeoutEarlyInMillis: 1_000 }).handler(async (event: unknown, context) => {
  const { fetch } = await open();
  return handle({ fetch } as App)(event as Request, context);
});

/** An app of Hono is more than is asked for here. */
type App = Parameters<typeof handle>[0];
type Request = Parameters<ReturnType<typeof handle>>[0];
