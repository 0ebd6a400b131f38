import { describe, expect, it } from 'vitest';
import { isSaidInWords } from '../../cli/log-line.ts';
import { welcome, type Watched } from '../../cli/welcome.ts';

const watched: Watched = {
  origins: ['otc-ecs'],
  trails: [],
  subscriptions: ['ops', 'team'],
  store: '/data/jobchime.db',
  publicUrl: undefined,
};
const listening = { api: 'http://127.0.0.1:8481', metrics: 'http://127.0.0.1:9464/metrics' };

describe('what start says at a terminal', () => {
  it('is what it watches, whom it tells, where to look, and how to go on', () => {
    expect(welcome(watched, listening, 3, 4711)).toEqual([
      'Jobchime runs as process 4711. Ctrl-C ends it when what is in hand is done.',
      '  Watches   otc-ecs: 3 jobs now',
      '  Tells     ops, team',
      '  Console   http://127.0.0.1:8481',
      '            sign in with a token: jobchime token create me --scope admin',
      '  API       http://127.0.0.1:8481/v1',
      '  Metrics   http://127.0.0.1:9464/metrics',
      '  Store     /data/jobchime.db',
      'Hand in a job: jobchime track otc-ecs JOB_ID --name web-1',
      '',
    ]);
  });

  it('has the address that people use, where there is another one before it', () => {
    const lines = welcome({ ...watched, publicUrl: 'https://jobs.example.com/chime' }, listening, 1, 4711);
    expect(lines).toContain('  Console   https://jobs.example.com/chime');
    expect(lines).toContain('  Watches   otc-ecs: 1 job now');
  });

  it('says of what there is none how to get it', () => {
    const none = { ...watched, origins: [], subscriptions: [] };
    const lines = welcome(none, { api: null, metrics: null }, 0, 4711).join('\n');
    expect(lines).toContain('Watches   nothing');
    expect(lines).toContain('Tells     nobody');
    expect(lines).toContain('Console   none: api: { listen: 127.0.0.1:8481 }');
    expect(lines).toContain('Metrics   none: metrics: { listen: 127.0.0.1:9464 }');
    expect(lines).not.toContain('Hand in a job');
  });

  it('counts the origins that would not fit, and says that jobs are found', () => {
    const origins = Array.from({ length: 30 }, (_, n) => `o-${n}`);
    const [, line] = welcome({ ...watched, origins, trails: [{}] }, listening, 0, 4711);
    expect(line).toBe(
      '  Watches   o-0, o-1, o-2, o-3, o-4, o-5, o-6, o-7 and 22 more: 0 jobs now; jobs are found in trace records, too',
    );
  });

  it('stands there instead of the lines that say the same, and of no other', () => {
    const line = (event: string) => JSON.stringify({ time: 't', level: 'info', event });
    const said = ['api.listening', 'metrics.listening', 'service.started'];
    for (const event of said) expect(isSaidInWords(line(event))).toBe(true);
    for (const event of ['service.stopping', 'config.refused'])
      expect(isSaidInWords(line(event))).toBe(false);
    expect(isSaidInWords('no line of the log: service.started')).toBe(false);
  });
});
