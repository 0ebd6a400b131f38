/** The other end of `inChild`: answers calls of what the module exports. It ends with the process that started it. */
import { flushCompileCache } from 'node:module';

const [, , href = ''] = process.argv;

type Functions = Record<string, (...args: unknown[]) => unknown>;
const built: Functions = {
  ready: () => true,
  cpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  rss: () => process.memoryUsage.rss(),
};
const module = (await import(href)) as Functions;

process.on('disconnect', () => process.exit());
process.on('message', ({ id, name, args }: { id: number; name: string; args: unknown[] }) => {
  const called = async (): Promise<unknown> => {
    const found = Object.hasOwn(built, name) ? built[name] : module[name];
    if (!found) throw new Error(`${href} exports no ${name}`);
    return found(...args);
  };
  void called()
    .then(
      (value) => process.send!({ id, value }),
      (error: Error) => process.send!({ id, error: error.stack ?? String(error) }),
    )
    // It is killed, not ended: what it has compiled by now the next one need not.
    .then(() => flushCompileCache());
});
