// One container of a function: the bundle out of its zip, called as Lambda calls it. Started by functions.ts.
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

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
