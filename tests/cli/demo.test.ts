import { expect, it, onTestFinished } from 'vitest';
import { slackSink } from '../../cli/demo/sinks.ts';
import { tryTarget } from '../../lib/adapters/channels/slack/sender.ts';
import { createHttp } from '../../lib/adapters/platform/http.ts';

it("the demonstration's Slack answers the doctor as Slack does, and takes that for no message", async () => {
  const slack = await slackSink();
  onTestFinished(() => slack.close());
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  onTestFinished(() => http.close());
  const found = await tryTarget({ exchange: http.exchange, version: '0.0.0' }, slack.url, Date.now());
  expect(found).toEqual({ ok: true, says: 'the webhook is there; nothing was posted' });
  expect([slack.arrivals, slack.faults]).toEqual([[], []]);
});
