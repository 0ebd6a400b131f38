import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS } from '../../../lib/core/jobs/event.ts';
import { acceptPattern, compilePattern, matches } from '../../../lib/core/notify/pattern.ts';
import { envelope, PRESETS } from '../../../lib/core/notify/presets.ts';
import { events } from '../jobs/events.ts';
import { isMembers, type Json, type Members } from './by-definition.ts';
import { hostileEvent } from './hostile.ts';

function problems(raw: unknown): { path: string; problem: string; fix: string }[] {
  const result = acceptPattern(raw);
  return result.ok ? [] : result.problems;
}
const data = (fields: object) => ({ detail: { data: fields } });

/** Where it is wrong, what the problem names, and what to write. */
const never: [raw: object, path: string, problem: RegExp, fix: RegExp][] = [
  // A field that no event has.
  [
    { detailtype: ['job.failed'] },
    'detailtype',
    /no field of any event: did you mean 'detail-type'/,
    /detail-type/,
  ],
  [{ detailType: ['job.failed'] }, 'detailType', /did you mean 'detail-type'/, /detail-type/],
  [{ details: { data: { status: ['FAIL'] } } }, 'details', /did you mean 'detail'/, /detail/],
  [{ detail: { labels: { team: ['web'] } } }, 'detail.labels', /'detail\.data\.job\.labels'/, /job\.labels/],
  [data({ labels: { team: ['web'] } }), 'detail.data.labels', /'detail\.data\.job\.labels'/, /job\.labels/],
  [{ job: { name: ['web'] } }, 'job', /'detail\.data\.job'/, /detail\.data\.job/],
  [{ origin: ['otc-ecs'] }, 'origin', /'detail\.data\.job\.origin'/, /detail/],
  [data({ job: { nam: ['web'] } }), 'detail.data.job.nam', /'detail\.data\.job\.name'/, /name/],
  [data({ job: { lables: { team: [{ exists: false }] } } }), 'detail.data.job.lables', /labels/, /labels/],
  [
    data({ error: { subJobs: { reasons: ['x'] } } }),
    'detail.data.error.subJobs.reasons',
    /reason'/,
    /reason/,
  ],
  [
    data({ colour: ['red'] }),
    'detail.data.colour',
    /no field of any event$/,
    /known here: job, status, outcome/,
  ],
  [{ 'detail-type': { prefix: ['job.'] } }, 'detail-type.prefix', /no field/, /no object/],
  [data({ job: { labels: { team: { name: ['x'] } } } }), 'detail.data.job.labels.team.name', /no field/, /./],
  [
    { 'detail.data.status': ['FAIL'] },
    'detail.data.status',
    /a dot in a name does not lead/,
    /one object in the other/,
  ],
  // A value that it never has.
  [
    { 'detail-type': ['job.fail'] },
    'detail-type[0]',
    /did you mean 'job\.failed'/,
    /job\.succeeded, job\.failed/,
  ],
  [{ 'detail-type': ['job.failed', 'job.losst'] }, 'detail-type[1]', /'job\.lost'/, /job\.lost/],
  [{ 'detail-type': ['Job.Failed'] }, 'detail-type[0]', /'job\.failed'/, /job\.failed/],
  [
    { 'detail-type': [{ prefix: 'jobs.' }] },
    'detail-type[0]',
    /nothing that detail-type can be/,
    /one of job/,
  ],
  [
    { 'detail-type': [{ wildcard: '*.fail' }] },
    'detail-type[0]',
    /nothing that detail-type can be/,
    /one of job/,
  ],
  [{ source: ['jobchimes'] }, 'source[0]', /'jobchime'/, /^write jobchime$/],
  [{ source: [{ 'anything-but': 'jobchime' }] }, 'source[0]', /nothing that source can be/, /jobchime/],
  [{ source: [{ exists: false }] }, 'source[0]', /nothing that source can be/, /jobchime/],
  [data({ outcome: ['expird'] }), 'detail.data.outcome[0]', /'expired'/, /expired/],
  [{ detail: { metadata: { version: [2] } } }, 'detail.metadata.version[0]', /nothing/, /^write 1$/],
  // A value of another kind.
  [{ detail: { metadata: { version: ['1'] } } }, 'detail.metadata.version[0]', /nothing/, /^write 1$/],
  [{ version: [0] }, 'version[0]', /nothing/, /^write 0$/],
  [data({ subJobs: { failed: ['3'] } }), 'detail.data.subJobs.failed[0]', /whole number/, /whole number/],
  [data({ subJobs: { failed: [true] } }), 'detail.data.subJobs.failed[0]', /whole number/, /whole number/],
  [data({ subJobs: { failed: [1.5] } }), 'detail.data.subJobs.failed[0]', /whole number/, /whole number/],
  [
    data({ subJobs: { failed: [{ numeric: ['<', 0] }] } }),
    'detail.data.subJobs.failed[0]',
    /negative/,
    /number/,
  ],
  [
    data({ subJobs: { failed: [{ prefix: '3' }] } }),
    'detail.data.subJobs.failed[0]',
    /whole number/,
    /number/,
  ],
  [data({ job: { name: [5] } }), 'detail.data.job.name[0]', /a text/, /a text/],
  [data({ job: { name: [null] } }), 'detail.data.job.name[0]', /a text/, /a text/],
  [data({ job: { jobId: [{ numeric: ['>', 5] }] } }), 'detail.data.job.jobId[0]', /a text/, /a text/],
  [data({ job: { labels: { team: [1] } } }), 'detail.data.job.labels.team[0]', /a text/, /a text/],
  [data({ job: [{ exists: true }] }), 'detail.data.job[0]', /an object/, /name a field of it: key, origin/],
  // Conditions that no one kind of event fulfils.
  [
    { 'detail-type': ['job.failed'], ...data({ target: [{ prefix: 'Slack' }] }) },
    'detail.data.target',
    /never holds together.* about subscription\.failing, .*, delivery\.failed, and the rest about job\.failed$/,
    /leave one/,
  ],
  [
    data({ outstanding: [1], job: { name: ['x'] } }),
    'detail.data.job.name',
    /never holds together/,
    /leave one/,
  ],
  // The same within a $or, however deep.
  [
    { $or: [{ 'detail-type': ['job.failed'] }, { detail: { dta: { x: [1] } } }] },
    '$or[1].detail.dta',
    /'detail\.data'/,
    /data/,
  ],
  [
    data({ job: { $or: [{ name: ['a'] }, { lables: { $or: [{ a: ['x'] }, { b: ['y'] }] } }] } }),
    'detail.data.job.$or[1].lables',
    /labels/,
    /labels/,
  ],
  [
    { source: ['jobchime'], $or: [{ 'detail-type': ['job.lost'] }, { 'detail-type': ['job.los'] }] },
    '$or[1].detail-type[0]',
    /job\.lost/,
    /./,
  ],
];

describe('a pattern that can never match', () => {
  it.each(never)('is refused: %j at %s', (raw, path, problem, fix) => {
    expect(compilePattern(raw).ok).toBe(true);
    expect(problems(raw)).toEqual([
      { path, problem: expect.stringMatching(problem), fix: expect.stringMatching(fix) },
    ]);
  });

  it('is refused with all its problems at once, each said once', () => {
    const raw = { detailtype: ['job.failed'], ...data({ jbo: { name: ['a'], origin: ['b'] }, status: [5] }) };
    expect(problems(raw).map(({ path }) => path)).toEqual([
      'detailtype',
      'detail.data.jbo',
      'detail.data.status[0]',
    ]);
  });

  it('is refused without a word of what it holds, which may be a secret', () => {
    const raw = {
      ...data({ status: [{ prefix: 5 }] }),
      'detail-type': ['hunter2'],
      source: [{ suffix: 'hunter2' }],
    };
    expect(JSON.stringify(problems(raw))).not.toContain('hunter2');
  });
});

describe('a pattern that may match', () => {
  const fine: object[] = [
    // The envelope, as EventBridge has it.
    { version: ['0'], id: [{ prefix: 'evt_' }], account: ['123456789012'], region: ['eu-central-1'] },
    {
      source: ['jobchime', { prefix: 'job' }],
      time: [{ prefix: '2026-' }],
      resources: [{ wildcard: 'otc-ecs/*' }],
    },
    { resources: [{ exists: true }], account: [{ exists: false }] },
    { 'detail-type': [{ prefix: 'job.' }, { suffix: '.disabled' }, { 'equals-ignore-case': 'PING' }] },
    { 'detail-type': [{ 'anything-but': ['job.succeeded', 'ping'] }, { wildcard: 'origin.*' }] },
    {
      detail: { metadata: { version: [1], sequence: [{ numeric: ['>', 1] }], correlationId: ['ticket-7'] } },
    },
    // What comes from outside is free.
    data({ job: { labels: { team: ['web', { exists: false }], 'cost-centre': [{ 'anything-but': 'x' }] } } }),
    data({
      entities: { server_id: ['a'], sub_jobs: { entities: { nic: [5, true, null, { exists: false }] } } },
    }),
    data({ error: { code: [{ prefix: 'Ecs.' }], subJobs: { code: ['Ecs.0204'], reason: [null] } } }),
    data({ status: ['anything at all', null], job: { jobType: [null, { wildcard: 'create*' }] } }),
    data({ job: { region: [{ cidr: '10.0.0.0/8' }], name: [{ cidr: '2001:db8::/32' }, { exists: false }] } }),
    // What is missing in some events.
    data({ error: [null, { exists: false }], beganAt: [null], job: { requestedBy: [{ exists: false }] } }),
    { 'detail-type': ['job.failed'], ...data({ target: [{ exists: false }] }) },
    data({ job: [{ exists: false }] }),
    data({
      subJobs: { failed: [0, { 'anything-but': 0 }, { numeric: ['>=', 1, '<', 2] }, { exists: false }] },
    }),
    data({ origin: ['otc-ecs'], reason: ['denied'] }),
    {
      ...data({ job: { origin: ['otc-ecs'] } }),
      $or: [{ 'detail-type': ['job.lost'] }, data({ outcome: ['failed'] })],
    },
    ...Object.values(PRESETS),
  ];
  it.each(fine)('is accepted: %j', (raw) => {
    expect(problems(raw)).toEqual([]);
  });

  it.each(EVENT_KINDS)('is accepted for each single field that %s has', (kind) => {
    for (const raw of fieldsOf(envelope(events[kind]) as unknown as Members)) {
      expect(problems(raw)).toEqual([]);
    }
  });

  it('is accepted wherever an event of the contract matches it, whatever words that holds', () => {
    fc.assert(
      fc.property(hostileEvent, (event) => {
        const seen = JSON.parse(JSON.stringify(envelope(event))) as Members;
        for (const raw of fieldsOf(seen)) {
          const compiled = compilePattern(raw);
          // A name like `$or`, or a text longer than a pattern may be.
          if (!compiled.ok || !matches(compiled.pattern, seen)) continue;
          expect(problems(raw)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** For each plain value of an event the pattern that asks for just it. */
function fieldsOf(event: Members): Members[] {
  const patterns = (value: Json): Json[] => {
    if (Array.isArray(value)) return value.flatMap(patterns);
    if (!isMembers(value)) return [[value]];
    return Object.entries(value).flatMap(([name, member]) =>
      patterns(member).map((one) => Object.fromEntries([[name, one]])),
    );
  };
  return patterns(event) as Members[];
}
