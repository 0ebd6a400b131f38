import { expect, it } from 'vitest';
import { PROJECT, world } from './world.ts';

it('track says what an answer has in place of a job, and ends with 1', async () => {
  const w = await world();
  const order = JSON.stringify({
    order_id: 'CS2603020800ABCDE',
    volume_ids: ['2d6c0a7e-58a5-4d3f-9d0e-7b1a9a3c5e10'],
  });
  expect(await w.run(`echo '${order}' | jobchime track otc-ecs -`)).toEqual({
    code: 1,
    out: '',
    err: 'Nothing was tracked: the input names no job (an order, CS2603020800ABCDE).\n',
  });
  const printed = String.raw`HTTP/1.1 200 OK\r\ndate: today\r\n\r\n{"job_id": "ff80"}`;
  const tracked = await w.run(`printf '${printed}' | jobchime track otc-ecs -`);
  expect(tracked).toMatchObject({ code: 0, out: `tracked  otc-ecs/${PROJECT}/ff80\n` });
}, 60_000);
