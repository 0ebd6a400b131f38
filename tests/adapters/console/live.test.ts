/** What a browser hears while it shows a page: that something has changed, and of nothing that it may not see. */
import { describe, expect, it } from 'vitest';
import { failed, PROJECT, running } from '../../kit.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';

/** Looks go on when the test says so. */
function steps() {
  let wake = (): void => {};
  let open = true;
  return {
    live: { sleep: () => new Promise<void>((resolve) => (wake = resolve)), open: () => open },
    look: async () => {
      wake();
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: () => {
      open = false;
      wake();
    },
  };
}

async function listen(kit: ConsoleKit, more: { projects?: string[] } = {}) {
  const visitor = await kit.signedIn(['read'], more);
  const cookie = [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await kit.serve(new Request('http://127.0.0.1:8481/live', { headers: { cookie } }));
  const heard: string[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const over = (async () => {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
      if (done) return;
      heard.push(value);
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { response, heard, over, leave: () => reader?.cancel() };
}

const CHANGED = 'event: changed\ndata:\n\n';

describe('a page on one machine', () => {
  it('hears when a job is tracked and when one ends, and nothing in between', async () => {
    const { live, look, stop } = steps();
    const kit = await consoleKit({ live });
    expect((await (await kit.signedIn(['read'])).get('/')).text).toContain(' data-live="/live"');
    const { response, heard, over } = await listen(kit);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await look();
    expect(heard).toEqual(['retry: 3000\n\n']);
    await job(kit, 1, running);
    await look();
    expect(heard.slice(1)).toEqual([CHANGED]);
    await look();
    await job(kit, 2, failed);
    await look();
    expect(heard.slice(1)).toEqual([CHANGED, CHANGED]);
    stop();
    await over;
  });

  it('hears nothing of jobs that its token may not see', async () => {
    const { live, look, stop } = steps();
    const kit = await consoleKit({ live });
    const { heard, over } = await listen(kit, { projects: [OTHER_PROJECT] });
    await job(kit, 1, running);
    await job(kit, 2, failed);
    await look();
    expect(heard).toEqual(['retry: 3000\n\n']);
    await job(kit, 3, failed, { projectId: OTHER_PROJECT });
    await look();
    expect(heard.slice(1)).toEqual([CHANGED]);
    stop();
    await over;
  });

  it('is not kept waiting where the service stops, and holds nobody else up who has left', async () => {
    const { live, stop } = steps();
    const kit = await consoleKit({ live });
    const { over } = await listen(kit);
    stop();
    await over;
  });

  it('asks now and then instead where too many listen, and where it has no session', async () => {
    const { live } = steps();
    const kit = await consoleKit({ live });
    const stranger = await kit.serve(new Request('http://127.0.0.1:8481/live'));
    expect([stranger.status, await stranger.text()]).toEqual([204, '']);
    const all = [];
    for (let n = 0; n < 32; n++) all.push(await listen(kit, { projects: [PROJECT] }));
    expect((await listen(kit)).response.status).toBe(204);
    await all[0]!.leave();
    expect((await listen(kit)).response.status).toBe(200);
  });
});

it('a page on AWS asks now and then, since nobody can be kept waiting there', async () => {
  const kit = await consoleKit({ live: null });
  const visitor = await kit.signedIn(['read']);
  const { text } = await visitor.get('/');
  expect(text).toContain(' data-poll="10"');
  expect(text).not.toContain('data-live="/live"');
  expect((await visitor.get('/live')).status).toBe(204);
});
