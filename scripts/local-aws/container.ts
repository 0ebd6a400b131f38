// One container of a function: the bundle out of its zip, called as Lambda calls it. Started by functions.ts.
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

/**
 * After this the clients of AWS in the bundles take a silent connection for dead. AWS answers in milliseconds; moto on a busy machine may take
 * longer than that, and what is only slow is not what is tried here.
 */
const SILENCE_MS = 3_000;
const PATIENCE = 20;
globalThis.setTimeout = new Proxy(globalThis.setTimeout, {
  apply: (real, self, [work, ms, ...rest]: unknown[]) =>
    Reflect.apply(real, self, [work, ms === SILENCE_MS ? PATIENCE * ms : ms, ...rest] as never) as unknown,
});

type Handler = (event: unknown, context: object) => Promise<unknown>;
const { handler } = (await import(pathToFileURL(process.argv[2]!).href)) as { handler: Handler };

process.on('disconnect', () => process.exit());
process.on('message', ({ event, ms }: { event: unknown; ms: number }) => {
  const until = Date.now() + ms;
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => until - Date.now() };
  void handler(event, context).then(
    (answer) => process.send!({ answer }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
