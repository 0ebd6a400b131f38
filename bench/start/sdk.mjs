// The program of somebody who uses the official SDK: one query of one job, as it is documented.
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { EcsClient, ShowJobRequest } from '@huaweicloud/huaweicloud-sdk-ecs';

const { ENDPOINT = '', PROJECT = '', BENCH_AK = '', BENCH_SK = '', JOB = '' } = process.env;
const credential = new BasicCredentials().withAk(BENCH_AK).withSk(BENCH_SK).withProjectId(PROJECT);
const client = EcsClient.newBuilder().withCredential(credential).withEndpoint(ENDPOINT).build();
await client.showJob(new ShowJobRequest().withJobId(JOB));
// The service would go on.
await new Promise((resolve) => setTimeout(resolve, 60_000));
