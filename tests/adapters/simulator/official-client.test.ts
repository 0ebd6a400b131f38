/** The vendor's own client, as it is installed, takes the simulator for the cloud. */
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { EcsClient, ShowJobRequest } from '@huaweicloud/huaweicloud-sdk-ecs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createSimulator,
  DEFAULT_ACCOUNT,
  SECOND_ACCOUNT,
} from '../../../lib/adapters/simulator/simulator.ts';
import { passwordAuth } from './harness.ts';

const KEY = DEFAULT_ACCOUNT.accessKeys[0]!;
const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const MINUTE = 60_000;

/** It prints every error with the body of the answer: kept from the test's output, and looked into. */
let printed = '';
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

const signing = (
  { access, secret }: Pick<typeof KEY, 'access' | 'secret'>,
  project = PROJECT,
): BasicCredentials => new BasicCredentials().withAk(access).withSk(secret).withProjectId(project);

/** The client has keys alone; credentials of one's own making are its way to anything else. */
class TokenCredentials extends BasicCredentials {
  token = '';
  override async processAuthRequest(...args: Parameters<BasicCredentials['processAuthRequest']>) {
    const request = await super.processAuthRequest(...args);
    delete request.headers!['Authorization'];
    request.headers!['X-Auth-Token'] = this.token;
    return request;
  }
}

async function started() {
  const time = { shift: 0 };
  const simulator = createSimulator({ clock: () => Date.now() + time.shift, tokenLifeMs: MINUTE });
  closing.push(simulator.close);
  const { url } = await simulator.listen();
  const error = { code: 'Ecs.0204', reason: 'no valid host' };
  const subJobs = [{ end: 'SUCCESS' as const }, { end: 'FAIL' as const, error }];
  const jobId = simulator.submit({ system: 'huawei-ecs', life: { runMs: 0, end: 'FAIL', subJobs } });
  const showJob = (credentials: BasicCredentials, id = jobId) => {
    const client = EcsClient.newBuilder()
      .withCredential(credentials)
      .withEndpoint(`${url}/huawei-ecs`)
      .build();
    return client.showJob(new ShowJobRequest(id));
  };
  const post = (path: string, auth: unknown, headers = {}) =>
    fetch(`${url}/iam${path}`, { method: 'POST', headers, body: JSON.stringify({ auth }) });
  return { simulator, time, jobId, showJob, post };
}

/** What the client throws. Codes of a service that are not inside `error` it loses, but prints. */
async function refusal(question: Promise<unknown>): Promise<{ status: unknown; code: unknown }> {
  const thrown = await question.then(() => ({}), Object);
  const { httpStatusCode: status, errorCode } = thrown as Record<string, unknown>;
  return { status, code: errorCode ?? /\bcode: '([^']+)'/.exec(printed)?.[1] };
}

describe('the official client', () => {
  it('shows a job with its sub-jobs', async () => {
    const { showJob, jobId } = await started();
    const job = await showJob(signing(KEY));
    expect(job).toMatchObject({
      httpStatusCode: 200,
      status: 'FAIL',
      job_id: jobId,
      job_type: 'createServer',
    });
    expect(job.entities).toMatchObject({
      sub_jobs_total: 2,
      sub_jobs: [
        { status: 'SUCCESS', error_code: null },
        { status: 'FAIL', error_code: 'Ecs.0204', fail_reason: 'no valid host' },
      ],
    });
    expect(printed).toBe('');
  });

  it('is refused with a bad signature', async () => {
    const { showJob } = await started();
    const refused = await refusal(showJob(signing({ ...KEY, secret: 'another' })));
    expect(refused).toEqual({ status: 401, code: 'APIGW.0301' });
  });

  it('is refused with an expired token', async () => {
    const { showJob, post, time } = await started();
    const credentials = Object.assign(new TokenCredentials(), signing(KEY));
    const issued = await post('/v3/auth/tokens', passwordAuth());
    credentials.token = issued.headers.get('x-subject-token')!;
    expect(await showJob(credentials)).toMatchObject({ status: 'FAIL' });
    time.shift = MINUTE;
    expect(await refusal(showJob(credentials))).toEqual({ status: 401, code: 'APIGW.0307' });
  });

  it('is let in with a temporary key, until that expires', async () => {
    const { showJob, post, time } = await started();
    // Issued in the past, since its life is as long as a signature stays good.
    time.shift = -10 * MINUTE;
    const token = await post('/v3/auth/tokens', passwordAuth());
    const headers = { 'x-auth-token': token.headers.get('x-subject-token') };
    const auth = { identity: { methods: ['token'], token: {} } };
    const issued = await post('/v3.0/OS-CREDENTIAL/securitytokens', auth, headers);
    const { credential } = (await issued.json()) as {
      credential: { access: string; secret: string; securitytoken: string };
    };
    const credentials = signing(credential).withSecurityToken(credential.securitytoken);
    expect(await showJob(credentials)).toMatchObject({ status: 'FAIL' });
    time.shift = 6 * MINUTE;
    expect(await refusal(showJob(credentials))).toEqual({ status: 401, code: 'APIGW.0301' });
  });

  it('is refused for a foreign project', async () => {
    const { showJob } = await started();
    const refused = await refusal(showJob(signing(KEY, SECOND_ACCOUNT.projects[0]!.id)));
    expect(refused).toEqual({ status: 400, code: 'Common.0018' });
  });

  it('learns that a job is unknown', async () => {
    const { showJob } = await started();
    expect(await refusal(showJob(signing(KEY), 'nosuchjob'))).toEqual({ status: 400, code: 'Common.0011' });
  });

  it("learns of a quota in the gateway's words", async () => {
    const { showJob, simulator } = await started();
    simulator.quota({ limit: 1, per: 'minute' });
    await showJob(signing(KEY));
    expect(await refusal(showJob(signing(KEY)))).toEqual({ status: 429, code: 'APIGW.0308' });
    expect(printed).toContain('policy user over ratelimit,limit:1,time:1 minute');
  });
});
