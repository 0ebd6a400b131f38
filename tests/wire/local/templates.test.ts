import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../lib/core/notify/pattern.ts';
import { PRESETS } from '../../../lib/core/notify/presets.ts';
import { EVENT_KINDS } from '../../../lib/core/jobs/event.ts';
import type { Secret, Subscription } from '../../../lib/core/notify/subscription.ts';
import { samples } from '../../../lib/wire/local/samples.ts';
import { findingsOfTemplates, problemsOfTemplates } from '../../../lib/wire/local/templates.ts';

function wanting(raw: unknown, body: string, secrets: Record<string, Secret> = {}): Subscription {
  const compiled = compilePattern(raw);
  if (!compiled.ok) throw new Error('the pattern is not valid');
  const target = {
    endpoint: 'ep',
    shown: 'shown',
    address: () => 'https://a.example',
    request: { body, secrets },
  };
  return { id: 'ci', name: 'ci', pattern: compiled.pattern, channel: 'webhook', targets: [target] };
}
const TEXT = `subscriptions:
  ci:
    on: failures
    body: |
      {}
`;
const problems = (raw: unknown, body: string, secrets?: Record<string, Secret>) =>
  problemsOfTemplates([wanting(raw, body, secrets)], TEXT);

describe('templates, before any event comes', () => {
  it('are filled in with samples of every kind, and with what every event of the kind has', () => {
    const names = samples().map(({ name }) => name);
    for (const kind of EVENT_KINDS) expect(names).toContain(kind);
    expect(names).toContain('job.failed without what is optional');
  });

  it('are fine where they fit every event that their subscription may get', () => {
    expect(problems({ 'detail-type': ['job.failed'] }, '{"id": {{ event.data.job.jobId }}}')).toEqual([]);
    expect(problems(PRESETS.everything, '{"t": {{ message.title }}}')).toEqual([]);
  });

  it('tell the place that fails, with the events by which it does, where the file has it', () => {
    expect(problems(PRESETS.failures, '{\n"id": {{ event.data.job.jobId }}}')).toEqual([
      {
        where: 'subscriptions.ci.body',
        line: 4,
        column: expect.any(Number) as number,
        problem: expect.stringMatching(
          /^its template fails with .*origin\.at_risk, origin\.recovered.*: line 2, column 10: undefined variable/,
        ) as string,
        fix: expect.stringContaining('the standard body') as string,
      },
    ]);
  });

  it('tell of a field that only some events have', () => {
    const [found, ...others] = problems(
      { 'detail-type': ['job.failed'] },
      '{"n": {{ event.data.job.name }}}',
    );
    expect(found?.problem).toContain('fails with job.failed without what is optional: line 1');
    expect(others).toEqual([]);
  });

  it.each([
    [
      'labels that the sample does not have',
      { 'detail-type': ['job.failed'], detail: { data: { job: { labels: { team: ['x'] } } } } },
    ],
    ['no kind at all', { detail: { data: { job: { name: ['x'] } } } }],
  ])('are filled in with what a pattern may match that wants %s', (_, raw) => {
    const found = problems(raw, '{"a": {{ event.data.oops }}}');
    expect(found[0]?.problem).toContain('job.failed');
    expect(found[0]?.problem).not.toContain('origin.');
  });

  it('have words in place of secrets, and say which secret there is not', () => {
    const secrets = { key: () => 'hunter2-hunter2' };
    expect(problems(PRESETS.endings, '{"k": {{ secret.key }}}', secrets)).toEqual([]);
    const [found] = problems(PRESETS.endings, '{"k": "{{ secret.key }}", "l": {{ secret.kee }}}', secrets);
    expect(found?.problem).toContain('undefined variable: secret.kee');
    expect(JSON.stringify(problems(PRESETS.endings, '{"k": "{{ secret.key }}"}', secrets))).not.toContain(
      'hunter2',
    );
  });

  it('are found right or wrong by doctor', () => {
    expect(findingsOfTemplates([wanting(PRESETS.endings, '{}')])).toMatchObject([
      { what: 'template of subscription ci', ok: true },
    ]);
    expect(findingsOfTemplates([wanting(PRESETS.endings, '{')])).toMatchObject([
      { what: 'template of subscription ci', ok: false, fix: expect.any(String) as string },
    ]);
  });
});
