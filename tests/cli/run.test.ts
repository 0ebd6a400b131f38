import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { huaweiCall, otcCall } from '../core/jobs/provider-logs.ts';
import { PROJECT, world, type World } from './world.ts';

const TIE = '1787324710123';
const life = { end: 'SUCCESS', runMs: 200 } as const;

/** The two origins of the world, as calls see them. */
const otc = (w: World): string => `${w.env.S}/otc-ecs`;
const elb = (w: World): string => `${w.env.S}/huawei-elb`;

/** A script that plays Terraform: it writes pieces of a provider's log, one after the other, and ends as told. */
function playing(w: World, logs: readonly string[], end = 'exit 0'): string {
  const names = logs.map((text, i) => {
    writeFileSync(join(w.folder, `piece-${i}.log`), text);
    return `cat piece-${i}.log >> "$TF_LOG_PATH"`;
  });
  writeFileSync(join(w.folder, 'terraform.sh'), [...names, 'echo applied', end, ''].join('\n'));
  return 'sh terraform.sh';
}
const groupOf = async (w: World, name = 'apply-42') =>
  JSON.parse((await w.run(`jobchime group show ${name} --json`)).out) as {
    state: string;
    closedBy: string;
    counts: { total: number };
  };
const keysIn = async (w: World): Promise<string[]> =>
  (await w.run('jobchime jobs --json')).out
    .split('\n')
    .filter(Boolean)
    .map((text) => (JSON.parse(text) as { key: string }).key)
    .toSorted();

describe('jobchime run', () => {
  it('hands in the jobs of both providers, side by side, keeps the exit code and closes the group', async () => {
    const w = await world();
    const [a, b, c] = ['aa01', 'bb02', 'cc03'];
    const pieces = (tie: string, id: string) =>
      huaweiCall(tie, 'POST', `${elb(w)}/v1.0/${PROJECT}/elbaas`, { job_id: id }).split(/(?=^\d{4}-)/m);
    const [one, two] = [pieces(`${TIE}-1`, a), pieces(`${TIE}-2`, b)];
    const log =
      one.flatMap((piece, i) => [piece, two[i]!]).join('') +
      otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/${c}`, { job_id: c, status: 'RUNNING' }) +
      huaweiCall(`${TIE}-3`, 'GET', 'https://dli.example.com/v1.0/p/jobs/7', {}) +
      huaweiCall(`${TIE}-4`, 'POST', 'https://mrs.example.com/v2/p/clusters', { job_id: 'other' });
    const ran = await w.spawn(
      `jobchime run --group apply-42 --label team=web -- ${playing(w, [log], 'echo "$TF_LOG_PATH" > where; ls -l "$TF_LOG_PATH" > mode; echo "$OS_DEBUG $TF_LOG_PROVIDER" > env; exit 3')}`,
    );
    expect([ran.code, ran.out]).toEqual([3, 'applied\n']);
    expect(ran.err).toContain('jobchime: watching 3 jobs in apply-42.');
    expect(ran.err).toContain('no origin asks dli.example.com, mrs.example.com, so jobs there');
    expect(await keysIn(w)).toEqual([
      `hwc-elb/${PROJECT}/${a}`,
      `hwc-elb/${PROJECT}/${b}`,
      `otc-ecs/${PROJECT}/${c}`,
    ]);
    expect(await groupOf(w)).toMatchObject({ state: 'closed', closedBy: 'close', counts: { total: 3 } });
    const path = readFileSync(join(w.folder, 'where'), 'utf8').trim();
    expect(readFileSync(join(w.folder, 'mode'), 'utf8')).toMatch(/^-rw-------/);
    expect(readFileSync(join(w.folder, 'env'), 'utf8')).toBe('1 DEBUG\n');
    expect([existsSync(path), existsSync(join(path, '..'))]).toEqual([false, false]);
  });

  it('hands jobs in while they appear', async () => {
    const w = await world();
    const log = otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/aa01`, {});
    const started = await w.start(
      `jobchime run --group apply-42 -- ${playing(w, [log], 'until [ -e go ]; do sleep 0.05; done')}`,
      'applied',
    );
    while ((await keysIn(w)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await groupOf(w)).toMatchObject({ state: 'open' });
    writeFileSync(join(w.folder, 'go'), '');
    expect(await started.ended).toBe(0);
    expect(await groupOf(w)).toMatchObject({ state: 'closed' });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('hands %s on, closes the group, and ends as the command did', async (signal, code) => {
    const w = await world();
    const log = otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/aa01`, {});
    const started = await w.start(
      `setsid -w jobchime run --group apply-42 -- ${playing(w, [log], 'exec sleep 60')}`,
      'applied',
    );
    // The leader of the new session has no terminal.
    const pid = childOf(started.child.pid!);
    process.kill(pid, signal);
    await started.ended;
    expect(started.printed()).toContain('watching 1 job in apply-42');
    expect(await groupOf(w)).toMatchObject({ state: 'closed' });
    expect(code).toBe(await started.ended);
  });

  it('whose terminal is closed hands in, closes the group, and ends', async () => {
    const w = await world();
    const log = otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/aa01`, {});
    playing(w, [log], 'touch ready; exec sleep 60');
    writeFileSync(
      join(w.folder, 'terminal.py'),
      `import os, pty, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('jobchime', 'jobchime run --group apply-42 -- sh terraform.sh'.split())
while not os.path.exists('ready'):
    time.sleep(0.05)
os.close(fd)
_, status = os.waitpid(pid, 0)
open('status', 'w').write(str(os.waitstatus_to_exitcode(status)))
`,
    );
    const ran = await w.spawn('python3 terminal.py');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(readFileSync(join(w.folder, 'status'), 'utf8')).toBe('129');
    expect(await keysIn(w)).toEqual([`otc-ecs/${PROJECT}/aa01`]);
    expect(await groupOf(w)).toMatchObject({ state: 'closed' });
  });

  it('of a command that gave up has what outlived it told by itself, with the id to import', async () => {
    const w = await world();
    const made = (server_id: string) =>
      w.simulator.submit({
        system: 'otc-ecs',
        jobType: 'createServer',
        life: { ...life, entities: { server_id } },
      });
    const [late, seen] = [made('42d3-late'), made('42d3-seen')];
    const ask = (id: string, status: string) =>
      otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/${id}`, { job_id: id, status });
    const log = ask(late, 'RUNNING') + ask(seen, 'RUNNING') + ask(seen, 'SUCCESS');
    const ran = await w.spawn(`jobchime run --group apply-42 -- ${playing(w, [log], 'exit 1')}`);
    expect(ran.code).toBe(1);
    const service = await w.start('jobchime start', 'service.started');
    expect((await w.run('jobchime wait --group apply-42 --timeout 30s')).code).toBe(0);
    while (w.slack.arrivals.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    service.child.kill();
    await service.ended;
    const told = JSON.stringify(w.slack.arrivals);
    expect(told).toContain('succeeded after its command had ended');
    expect(told).toContain('terraform import ADDRESS 42d3-late');
    expect(told).not.toContain('42d3-seen');
  });

  it('runs also where nothing of the service can be reached, keeps the jobs, and hands them in later', async () => {
    const w = await world();
    const log = otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/aa01`, {});
    const ran = await w.spawn(
      `jobchime run --url http://127.0.0.1:9 --group apply-42 --name web -- ${playing(w, [log], 'exit 0')}`,
      { env: { JOBCHIME_TOKEN: `jct_${'0'.repeat(16)}_${'0'.repeat(64)}` } },
    );
    expect([ran.code, ran.out]).toEqual([0, 'applied\n']);
    const [, kept = ''] = /Hand it in with: jobchime intake (\S+)/.exec(ran.err) ?? [];
    expect(readdirSync(w.folder)).toContain(kept.split('/').at(-1));
    const taken = await w.run(`jobchime intake ${kept}`);
    expect([taken.code, taken.out]).toEqual([0, `tracked  otc-ecs/${PROJECT}/aa01\n`]);
    expect(await groupOf(w)).toMatchObject({ state: 'closed', counts: { total: 1 } });
  });

  it("keeps somebody's own TF_LOG, and its log goes where it went", async () => {
    const w = await world();
    const log = otcCall('GET', `${otc(w)}/v1/${PROJECT}/jobs/aa01`, {});
    const line = `jobchime run -- ${playing(w, [log], 'echo "$TF_LOG ${TF_LOG_PROVIDER-none}" > env')}`;
    const toFile = await w.spawn(line, { env: { TF_LOG: 'TRACE', TF_LOG_PATH: join(w.folder, 'own.log') } });
    expect(toFile.code).toBe(0);
    expect(readFileSync(join(w.folder, 'own.log'), 'utf8')).toBe(log);
    expect(readFileSync(join(w.folder, 'env'), 'utf8')).toBe('TRACE none\n');
    const toTerminal = await w.spawn(line, { env: { TF_LOG: 'INFO' } });
    expect(toTerminal.err).toContain(log);
    expect(toTerminal.err).toContain('At this level'.toLowerCase());
    expect(await keysIn(w)).toEqual([`otc-ecs/${PROJECT}/aa01`]);
  });

  it('reads ids in what a command prints, where an origin is named, and prints it all the same', async () => {
    const w = await world();
    writeFileSync(
      join(w.folder, 'create.sh'),
      `echo Creating; printf '{\\n  "job_id": "aa01"\\n}\\n'; echo '{"order_id": "CS1"}'; echo done bb02 >&2; exit 5\n`,
    );
    const ran = await w.spawn('jobchime run --origin otc-ecs -- sh create.sh');
    expect(ran.code).toBe(5);
    expect(ran.out).toBe('Creating\n{\n  "job_id": "aa01"\n}\n{"order_id": "CS1"}\n');
    expect(await keysIn(w)).toEqual([`otc-ecs/${PROJECT}/aa01`]);
  });

  it.each([
    ['no-such-command', 127],
    ['./not-executable', 126],
    ["sh -c 'kill -9 $$'", 137],
  ])('ends like a shell for %s', async (command, code) => {
    const w = await world();
    writeFileSync(join(w.folder, 'not-executable'), '');
    expect((await w.spawn(`jobchime run -- ${command}`)).code).toBe(code);
  });

  it('runs a command without a configuration, too', async () => {
    const w = await world();
    const ran = await w.spawn("jobchime run -c nowhere.yaml -- sh -c 'exit 4'");
    expect(ran.code).toBe(4);
  });
});

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] || pid);
