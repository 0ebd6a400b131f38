import { describe, expect, it } from 'vitest';
import { shortTeamsMessage, teamsMessage } from '../../../lib/adapters/channels/teams/card.ts';
import { teams as definition } from '../../../lib/adapters/channels/teams/definition.ts';
import { createTeams } from '../../../lib/adapters/channels/teams/sender.ts';
import { targetOn } from '../../../lib/adapters/channels/registry.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { gapOf } from '../../../lib/core/notify/send-pace.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import {
  longest,
  whateverIsWritten,
  ALL_STATUSES,
  answered,
  AT,
  everyStatus,
  leaks,
  localExchange,
  messageTo,
  receiver,
  scripted,
  targetOf,
} from './kit.ts';
import { failureOf, QUERY, SIG, WORKFLOW, workflow } from './teams-service.ts';

const teams = createTeams({ exchange: localExchange });
const URL_OF_ONE = `https://d0.07.environment.api.powerplatform.com:443${WORKFLOW}`;

describe('a message to Teams', () => {
  it.each(Object.keys(SAMPLES))('%s is shown by the workflow', async (name) => {
    const { url, received, runs } = await workflow();
    const receipt = await teams.send(messageTo(targetOf(url), SAMPLES[name]));
    expect(receipt).toEqual({
      kind: 'sent',
      reason: 'accepted',
      detail: 'accepted, not confirmed: HTTP 202',
    });
    expect(runs).toEqual([null]);
    expect(received[0]).toMatchObject({ path: WORKFLOW, headers: { 'content-type': 'application/json' } });
  });

  it('tells in its notification what happened to what, and why', () => {
    const { summary, attachments } = teamsMessage(contentOf(SAMPLES['job.failed']!));
    expect(summary).toMatch(
      /^❌ web-7: creating the server failed: no room for this flavor in eu-de-03 \(Ecs\.0219\)/,
    );
    expect(attachments[0].content.fallbackText).toBe(summary);
  });

  it('keeps within all limits and is nothing but text, whatever the cloud and the users write', () => {
    whateverIsWritten((content) => {
      expect(failureOf(JSON.stringify(teamsMessage(content)))).toBeNull();
      expect(failureOf(JSON.stringify(shortTeamsMessage(content)))).toBeNull();
    });
  });

  it.each(['&', '超', '👩‍👩‍👧', '"', '\u0301', '<at>anna@example.com</at> ', '\ud800', 'x'])(
    'takes at most 20,000 bytes when everything is as long as can be: %j',
    (char) => {
      const content = longest(char);
      const body = JSON.stringify(teamsMessage(content));
      expect(failureOf(body)).toBeNull();
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    },
  );

  it('says that it left failed sub-jobs out', () => {
    const failedSubJobs = Array.from({ length: 500 }, (_, i) => `createNic ${i}`);
    const content = { ...contentOf(SAMPLES['job.failed']!), failedSubJobs, subJobsOmitted: 7 };
    expect(JSON.stringify(teamsMessage(content))).toContain('... and 497 more');
  });

  it('goes out once more as its headline when it is refused for its size', async () => {
    const { url, received } = await receiver(({ body }) => ({ status: body.length > 1_000 ? 413 : 202 }));
    const receipt = await teams.send(messageTo(targetOf(url)));
    expect(receipt).toMatchObject({ kind: 'sent', reason: 'accepted' });
    expect(receipt.detail).toBe('shortened (HTTP 413): accepted, not confirmed: HTTP 202');
    expect(received.map(({ body }) => failureOf(body))).toEqual([null, null]);
    expect(received[1]!.body).toContain('Ecs.0219');
  });
});

const expected = (status: number): object => {
  if (status >= 200 && status < 300) return { kind: 'sent', reason: 'accepted' };
  if (status >= 300 && status < 400) return { kind: 'retry', reason: 'redirected' };
  if ([400, 413].includes(status)) return { kind: 'never', reason: 'client_error', disable: false };
  if ([401, 403].includes(status)) return { kind: 'never', reason: 'auth_error', disable: true };
  if ([404, 410].includes(status)) return { kind: 'never', reason: 'gone', disable: true };
  if (status === 429) return { kind: 'retry', reason: 'rate_limited' };
  if (status >= 400 && status < 500) return { kind: 'retry', reason: 'client_error' };
  return { kind: 'retry', reason: 'server_error' };
};

describe('the answers of a workflow', () => {
  it('have a receipt for every status', async () => {
    const receipts = await everyStatus(
      (exchange) => createTeams({ exchange }),
      (url) => targetOf(url),
    );
    for (const status of ALL_STATUSES) {
      const { detail, ...rest } = receipts.get(status)!;
      expect(rest, String(status)).toEqual(expected(status));
      expect(detail).toContain(`HTTP ${status}`);
    }
  });

  it.each([
    ['off', 'gone', 'Turn the workflow on in Teams. HTTP 400'],
    ['gone', 'gone', 'The workflow is gone: make a new one. HTTP 404'],
  ] as const)('disable it when the workflow is %s, and say what to do', async (state, reason, words) => {
    const { url } = await workflow({ state });
    const receipt = await teams.send(messageTo(targetOf(url)));
    expect(receipt).toMatchObject({ kind: 'never', reason, disable: true });
    expect(receipt.detail).toContain(words);
  });

  it('disable it when its URL lets nobody in any more, and say what to do', async () => {
    const { url } = await workflow();
    const receipt = await teams.send(messageTo(targetOf(url.replace(SIG, 'another-signature'))));
    expect(receipt).toMatchObject({ kind: 'never', reason: 'auth_error', disable: true });
    expect(receipt.detail).toContain('Set "Who can trigger the flow" to Anyone');
  });

  it('are waited for when there are too many', async () => {
    const { url, runs } = await workflow({ now: () => AT });
    const receipts = [];
    for (let n = 0; n < 5; n++) receipts.push(await teams.send(messageTo(targetOf(url))));
    expect(runs).toHaveLength(4);
    expect(receipts[4]).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 2_000 });
  });

  it('are no refusals for as many messages as the channel sends', async () => {
    let now = AT;
    const { url, runs } = await workflow({ now: () => now });
    const row = newEndpoint({ endpoint: '', subscription: '', channel: 'teams', shown: '' }, AT);
    const gap = gapOf(row, definition);
    for (let n = 0; n < 30; n += 1, now += gap) await teams.send(messageTo(targetOf(url), undefined, now));
    expect([gap, runs.length]).toEqual([2_000, 30]);
  });

  it('that never come leave it uncertain', async () => {
    const { url } = await receiver(() => null);
    const hasty = createTeams({ exchange: (request) => localExchange({ ...request, deadlineMs: 300 }) });
    expect(await hasty.send(messageTo(targetOf(url)))).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it('never give the URL away, which is itself the key', async () => {
    const secrets = [URL_OF_ONE, WORKFLOW, QUERY, SIG, '0a1b2c3d4e5f'];
    const found = await leaks((exchange) => createTeams({ exchange }), targetOf(URL_OF_ONE), secrets);
    expect(found).toEqual([]);
    expect(targetOn('teams', () => URL_OF_ONE).shown).toBe(
      'Teams (d0.07.environment.api.powerplatform.com/…)',
    );
  });

  it('are not believed to be more than a status', async () => {
    const exchange = scripted(answered(503, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}'));
    const receipt = await createTeams({ exchange }).send(messageTo(targetOf(URL_OF_ONE)));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'server_error' });
  });
});

describe('the URL of a workflow', () => {
  it.each([URL_OF_ONE, `https://prod-01.westeurope.logic.azure.com${WORKFLOW}`, `https://a.example/?sig=x`])(
    'may have any host: %s',
    (url) => {
      expect(definition.accepts!(url)).toMatchObject({ ok: true });
    },
  );

  it.each([
    ['https://contoso.webhook.office.com/webhookb2/a/IncomingWebhook/b/c', 'Office 365 connector'],
    ['https://outlook.office.com/webhook/a', 'Office 365 connector'],
    [URL_OF_ONE.replaceAll('&', '&amp;'), 'has &amp; where'],
    [URL_OF_ONE.replace(/&sig=.*/, ''), 'has no signature (sig)'],
  ])('is refused where it cannot work: %s', (url, problem) => {
    expect(definition.accepts!(url)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as unknown,
      fix: expect.stringMatching(/\.$/) as unknown,
    });
  });
});
