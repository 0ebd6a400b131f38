/** examples/hooks against the simulator, through the vendors' own clients where these are on the machine. */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../lib/adapters/simulator/simulator.ts';
import { PROJECT, world, type World } from '../cli/world.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const HOOKS = join(ROOT, 'examples/hooks');
const works = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const pythonWith = (name: string): string | undefined =>
  ['python3', '/usr/bin/python3'].find((python) => works(python, '-c', `import ${name}`));

const OPENSTACK = pythonWith('openstack, requests');
const HUAWEI = pythonWith('huaweicloudsdkecs.v2');
const PYTHON = works('python3', '--version');
const JAVA = works('javac', '-version') && works('java', '-version');
const GO = works('go', 'version');
const ANSIBLE = works('ansible-playbook', '--version');
const unless = (isHere: unknown, what: string): string => (isHere ? '' : ` (${what} is not on this machine)`);

/** Not the one that blocks: the simulator lives in this process. */
const execute = promisify(execFile);

interface Place {
  w: World;
  env: NodeJS.ProcessEnv;
  /** Runs it there; a hook that hangs or fails would be seen in its exit code and its output. */
  run(command: string, args: string[], more?: NodeJS.ProcessEnv): Promise<string>;
  /** Those that came in since. */
  jobs(): Promise<Job[]>;
}
interface Job {
  key: string;
  name?: string;
  group?: { name: string };
  origin: string;
}

/** One service for all, as for the hooks of one company. */
let w: World;
let env: NodeJS.ProcessEnv;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  w = await world('api: { listen: 127.0.0.1:0 }\n', (close) => closing.push(close));
  const token = (await w.run('jobchime token create hooks --scope track')).out.trim();
  const service = await w.start('jobchime start', 'service.started');
  const [, url = ''] = /"api":"([^"]+)"/.exec(service.printed()) ?? [];
  env = {
    ...process.env,
    ...w.env,
    JOBCHIME_URL: url.replace(/\/$/, ''),
    JOBCHIME_TOKEN: token,
    P: PROJECT,
    CLOUD_TOKEN: await cloudToken(w),
  };
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
});

async function allJobs(): Promise<Job[]> {
  const { out } = await w.run('jobchime jobs --json');
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Job);
}

async function place(): Promise<Place> {
  const before = new Set((await allJobs()).map(({ key }) => key));
  return {
    w,
    env,
    run: async (command, args, more) =>
      (await execute(command, args, { cwd: w.folder, env: { ...env, ...more }, timeout: 60_000 })).stdout,
    jobs: async () => (await allJobs()).filter(({ key }) => !before.has(key)),
  };
}

async function cloudToken(w: World): Promise<string> {
  const user = {
    name: DEFAULT_ACCOUNT.user,
    password: DEFAULT_ACCOUNT.password,
    domain: { name: DEFAULT_ACCOUNT.domain },
  };
  const identity = { methods: ['password'], password: { user } };
  const response = await fetch(`${w.env.S}/iam/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth: { scope: { project: { name: 'eu-de' } }, identity } }),
  });
  return response.headers.get('x-subject-token')!;
}

/** A service that takes a call and never answers. */
async function hanging(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ONE = [{ origin: 'otc-ecs', state: expect.any(String) }];

describe('the hooks', () => {
  it('hand in what the official SDK for Node has started, and spoil no call', async () => {
    const p = await place();
    const script = `
      import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
      import { CreateServersRequest, EcsClient, ShowJobRequest } from '@huaweicloud/huaweicloud-sdk-ecs';
      import { tellJobchime } from '${HOOKS}/node/jobchime.mjs';
      const { AK, SK, P, S } = process.env;
      const client = EcsClient.newBuilder()
        .withCredential(new BasicCredentials().withAk(AK).withSk(SK).withProjectId(P))
        .withEndpoint(S + '/otc-ecs').build();
      tellJobchime(client);
      const { job_id } = await client.createServers(new CreateServersRequest().withBody({ server: { name: 'web-7' } }));
      const { status } = await client.showJob(new ShowJobRequest(job_id));
      console.log(status);`;
    const file = join(p.w.folder, 'submit.mjs');
    writeFileSync(file, script);
    cpSync(join(ROOT, 'package.json'), join(p.w.folder, 'package.json'));
    const modules = join(p.w.folder, 'node_modules');
    execFileSync('ln', ['-s', join(ROOT, 'node_modules'), modules]);
    expect(await p.run(process.execPath, [file])).toMatch(/^(INIT|RUNNING)\n$/);
    expect(await p.jobs()).toMatchObject(ONE);
    expect(await p.run(process.execPath, [file], { JOBCHIME_URL: 'http://127.0.0.1:9' })).toMatch(
      /RUNNING|INIT/,
    );
    expect(await p.jobs()).toHaveLength(1);
  }, 60_000);

  it.skipIf(!PYTHON)(
    `for Python leave errors, questions, tokens and a service that hangs aside${unless(PYTHON, 'Python')}`,
    async () => {
      const p = await place();
      const script = `
import os, sys, time
sys.path.insert(0, "${HOOKS}/python")
from types import SimpleNamespace as Its
from jobchime_hook import tell_jobchime
def answer(method, path, body, ok=True):
    url = os.environ["S"] + path
    tell_jobchime(Its(request=Its(method=method, url=url), ok=ok, content=body.encode(), text=body))
servers = "/otc-ecs/v1.1/" + os.environ["P"] + "/cloudservers"
answer("GET", servers, '{"job_id": "asked"}')
answer("POST", servers, '{"job_id": "refused"}', ok=False)
answer("POST", "/iam/v3/auth/tokens", '{"job_id": "token"}')
answer("POST", servers, 'no JSON: job_id')
tell_jobchime(None)
answer("POST", servers, '{"job_id": "made-in-python"}')
os.environ["JOBCHIME_URL"] = os.environ["HANGING"]
answer("POST", servers, '{"job_id": "unheard"}')
print("went on")
`;
      expect(await p.run('python3', ['-c', script], { HANGING: await hanging() })).toBe('went on\n');
      expect(await p.jobs()).toMatchObject([{ ...ONE[0], key: `otc-ecs/${PROJECT}/made-in-python` }]);
    },
    60_000,
  );

  it.skipIf(!HUAWEI)(
    `for Python hand in what the official SDK has started${unless(HUAWEI, 'huaweicloudsdkecs')}`,
    async () => {
      const p = await place();
      // The SDK leaves out the path of an endpoint: there the simulator is named by the host, as a cloud is.
      const script = `
import os, socket, sys
sys.path.insert(0, "${HOOKS}/python")
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkecs.v2 import CreateServersRequest, CreateServersRequestBody, EcsClient, PrePaidServer, ShowJobRequest
from jobchime_hook import tell_jobchime
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *its, **more: resolve("127.0.0.1" if host.endswith(".localhost") else host, *its, **more)
def told(**its):
    its["response"].request.url = its["response"].request.url.replace(here, os.environ["S"] + "/otc-ecs")
    tell_jobchime(its["response"])
here = os.environ["S"].replace("127.0.0.1", "otc-ecs.localhost")
credentials = BasicCredentials(os.environ["AK"], os.environ["SK"], os.environ["P"])
client = EcsClient.new_builder().with_http_handler(HttpHandler().add_response_handler(told)).with_credentials(credentials).with_endpoints([here]).build()
server = PrePaidServer(name="web-7", image_ref="i", flavor_ref="f", vpcid="v", nics=[], root_volume=None)
made = client.create_servers(CreateServersRequest(body=CreateServersRequestBody(server=server)))
print(client.show_job(ShowJobRequest(job_id=made.job_id)).status)
`;
      expect(await p.run(HUAWEI!, ['-c', script])).toMatch(/^(INIT|RUNNING)\n$/);
      expect(await p.jobs()).toMatchObject(ONE);
      expect(await p.run(HUAWEI!, ['-c', script], { JOBCHIME_URL: 'http://127.0.0.1:9' })).toMatch(
        /^(INIT|RUNNING)\n$/,
      );
      expect(await p.jobs()).toHaveLength(1);
    },
    60_000,
  );

  it.skipIf(!OPENSTACK)(
    `for Python hand in what openstacksdk has started${unless(OPENSTACK, 'openstacksdk')}`,
    async () => {
      const p = await place();
      const script = `
import os, sys
sys.path.insert(0, "${HOOKS}/python")
import openstack, requests
from keystoneauth1 import session, token_endpoint
from jobchime_hook import tell_jobchime
rs = requests.Session()
rs.hooks["response"].append(tell_jobchime)
auth = token_endpoint.Token(os.environ["S"], os.environ["CLOUD_TOKEN"])
ks = session.Session(auth=auth, session=rs)
connection = openstack.connection.Connection(session=ks)
servers = os.environ["S"] + "/otc-ecs/v1.1/" + os.environ["P"] + "/cloudservers"
print(sorted(connection.session.post(servers, json={"server": {"name": "web-7"}}).json()))
`;
      expect(await p.run(OPENSTACK!, ['-c', script])).toBe("['job_id', 'serverIds']\n");
      expect(await p.jobs()).toMatchObject(ONE);
    },
    60_000,
  );

  it.skipIf(!JAVA)(
    `for Java hand in the answer of a call${unless(JAVA, 'Java')}`,
    async () => {
      const p = await place();
      const main = join(p.w.folder, 'Main.java');
      writeFileSync(
        main,
        `class Main { public static void main(String[] its) throws Exception {
          String url = System.getenv("S") + "/otc-ecs/v1.1/" + System.getenv("P") + "/cloudservers";
          Jobchime.tell("GET", url, 200, "{\\"job_id\\": \\"asked\\"}");
          Jobchime.tell("POST", url, 200, "{\\"job_id\\": \\"made-in-java\\", \\"note\\": \\"a \\\\\\"b\\\\\\" \\\\\\\\ \\\\n\\"}");
          Jobchime.tell("POST", null, 200, "{\\"job_id\\": \\"nowhere\\"}");
          Thread.sleep(Long.parseLong(its[0])); } }`,
      );
      const quick = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC'];
      await p.run('javac', [...quick, '-d', p.w.folder, join(HOOKS, 'java/Jobchime.java'), main]);
      // The hook waits for nothing: the program lives until its call has come in.
      const ran = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', p.w.folder, 'Main', '30000'], {
        env: p.env,
      });
      onTestFinished(() => void ran.kill());
      await expect
        .poll(p.jobs, { timeout: 30_000, interval: 300 })
        .toMatchObject([{ key: `otc-ecs/${PROJECT}/made-in-java` }]);
    },
    90_000,
  );

  it.skipIf(!GO)(
    `for Go hand in what was answered through the transport, or shown to a hook of the official SDK${unless(GO, 'Go')}`,
    async () => {
      const p = await place();
      const folder = join(p.w.folder, 'go');
      mkdirSync(join(folder, 'jobchime'), { recursive: true });
      cpSync(join(HOOKS, 'go/jobchime.go'), join(folder, 'jobchime/jobchime.go'));
      writeFileSync(join(folder, 'go.mod'), 'module example.com/hooks\ngo 1.19\n');
      writeFileSync(
        join(folder, 'main.go'),
        `package main
import ("fmt"; "io"; "net/http"; "os"; "strings"; "example.com/hooks/jobchime")
func main() {
  servers := os.Getenv("S") + "/otc-ecs/v1.1/" + os.Getenv("P") + "/cloudservers"
  client := &http.Client{Transport: jobchime.Transport{}}
  request, _ := http.NewRequest("POST", servers, strings.NewReader("{\\"server\\": {\\"name\\": \\"web-7\\"}}"))
  request.Header.Set("X-Auth-Token", os.Getenv("CLOUD_TOKEN"))
  response, err := client.Do(request)
  if err != nil { panic(err) }
  body, _ := io.ReadAll(response.Body)
  fmt.Println(strings.Contains(string(body), "job_id"))
  shown := func(status int, body string) http.Response { return http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body))} }
  jobchime.TellOfResponse(servers, shown(200, "{\\"job_id\\": \\"made-in-go\\"}"))
  jobchime.TellOfResponse(servers, shown(400, "{\\"job_id\\": \\"refused\\"}"))
  os.Setenv("JOBCHIME_URL", os.Getenv("HANGING"))
  jobchime.Tell(servers, []byte("{\\"job_id\\": \\"unheard\\"}"))
  fmt.Println("went on")
}`,
      );
      const env = {
        GOFLAGS: '-mod=mod',
        GOCACHE: join(p.w.folder, 'cache'),
        GOPATH: join(p.w.folder, 'gopath'),
        HANGING: await hanging(),
      };
      const { stdout } = await execute('go', ['run', '.'], { cwd: folder, env: { ...p.env, ...env } });
      expect(stdout).toBe('true\nwent on\n');
      expect(await p.jobs()).toHaveLength(2);
    },
    120_000,
  );

  it.skipIf(!ANSIBLE)(
    `for Ansible hand in what tasks return, and close the group of the playbook${unless(ANSIBLE, 'Ansible')}`,
    async () => {
      const p = await place();
      cpSync(join(HOOKS, 'ansible'), p.w.folder, { recursive: true });
      mkdirSync(join(p.w.folder, 'library'));
      writeFileSync(
        join(p.w.folder, 'library/cluster.py'),
        `#!/usr/bin/python3
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={"id": {"type": "str"}})
module.exit_json(changed=True, cce_cluster={"status": {"jobID": module.params["id"]}, "sub_jobs": [{"job_id": "inner"}]})
`,
      );
      writeFileSync(
        join(p.w.folder, 'site.yml'),
        `- hosts: localhost
  gather_facts: false
  tasks:
    - { name: a cluster, cluster: { id: one } }
    - { name: more clusters, cluster: { id: '{{ item }}' }, loop: [two, three] }
`,
      );
      const env = {
        JOBCHIME_ORIGIN: 'otc-ecs',
        JOBCHIME_GROUP: 'site-1',
        ANSIBLE_CALLBACKS_ENABLED: 'jobchime',
      };
      expect(
        await p.run('ansible-playbook', ['-c', 'local', '-i', 'localhost,', 'site.yml'], env),
      ).not.toContain('not told');
      expect((await p.jobs()).map(({ name, group }) => [name, group?.name]).toSorted()).toEqual([
        ['a cluster', 'site-1'],
        ['more clusters', 'site-1'],
        ['more clusters', 'site-1'],
      ]);
      expect(JSON.parse((await p.w.run('jobchime group show site-1 --json')).out)).toMatchObject({
        closedBy: 'close',
      });
    },
    120_000,
  );
});
