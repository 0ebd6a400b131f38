/** The mail that README.md shows is what the program writes about that job. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SCENES } from '../cli/demo/scenario.ts';
import { createEmail, type Mail } from '../lib/adapters/channels/email/sender.ts';
import { jobEvent } from '../lib/core/jobs/event.ts';
import { newJob } from '../lib/core/jobs/job.ts';
import { decide } from '../lib/core/jobs/transition.ts';
import { against, PROJECT } from './adapters/clouds/against.ts';
import { NOW } from './adapters/clouds/fixture.ts';
import { messageTo, targetOf } from './adapters/channels/kit.ts';
import { POLICY } from './kit.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

it('README.md shows the mail that is sent when only a sub-job knows why', async () => {
  const { name, team, jobType, life } = SCENES.find((scene) => scene.name === 'web-2')!;
  const system = 'huawei-ecs';
  const { simulator, ask, pass } = await against((known) => [{ system, auth: known.keys }]);
  const jobId = simulator.submit({ system, jobType, life });
  pass(5_000);
  const spec = { origin: 'hwc-ecs', projectId: PROJECT, jobId, name, labels: { team } };
  const { job } = decide(newJob(spec, INFO, NOW, NOW), await ask(system, jobId), NOW + 5_000, POLICY);

  let mail: Mail | undefined;
  const transport = {
    async send(one: Mail) {
      mail = one;
      return { kind: 'sent', detail: '' } as const;
    },
  };
  const email = createEmail({ transport, from: 'jobchime@example.com' });
  await email.send(messageTo(targetOf('ops@example.org'), jobEvent(job, job.outbox[0]!)));
  const [text] = mail!.text.split('\n\n-- \n');
  const shown = /^```text\n(Subject: [^]*?)\n```$/m.exec(readme)?.[1];
  expect(shown).toBe(`Subject: ${mail!.subject}\n\n${text}`);
});
