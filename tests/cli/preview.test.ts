import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { world } from './world.ts';

it('jobchime preview shows what a phone shows, and writes what the sender of a channel would send', async () => {
  const w = await world();
  const mail = await w.run('jobchime preview --sample job.failed --channel email --lang de --out made');
  expect(mail).toMatchObject({ code: 0, err: '' });
  expect(mail.out).toMatch(/^❌ web-7: /);
  expect(readdirSync(join(w.folder, 'made')).toSorted()).toEqual(['email.html', 'email.txt']);
  expect(readFileSync(join(w.folder, 'made', 'email.html'), 'utf8')).toContain('<html lang="de">');
  await w.run('jobchime preview --sample job.failed --subscription ops-failures --out made');
  expect(JSON.parse(readFileSync(join(w.folder, 'made', 'slack.json'), 'utf8'))).toHaveProperty('blocks');
  expect((await w.run('jobchime preview --sample job.failed')).err).toContain(
    'Give --channel or --subscription',
  );
});

it('jobchime preview shows what many events at once look like, and as a digest where the subscription has one', async () => {
  const w = await world();
  const many = await w.run('jobchime preview --sample summary --channel slack --lang de --out made');
  expect(many).toMatchObject({ code: 0, err: '' });
  expect(many.out).toMatch(/^❌ 2 /);
  expect(many.out).toContain('web-1, web-2');
  expect(JSON.parse(readFileSync(join(w.folder, 'made', 'slack.json'), 'utf8'))).toHaveProperty('blocks');
});
