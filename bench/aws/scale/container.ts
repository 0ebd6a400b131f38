/** A container of Lambda: it loads a bundle once, and runs it again and again. Started by `inChild`. */
type Handler = (event: unknown, context: object) => Promise<unknown>;
let handler: Handler;

export interface Ran {
  answer: unknown;
  /** The line with which it said how it went, if it did. */
  finished: Record<string, number> | null;
  cpuUs: number;
  wallMs: number;
}

const said: string[] = [];

export async function load(bundle: string): Promise<void> {
  process.stdout.write = (line) => said.push(String(line)) > 0;
  ({ handler } = (await import(bundle)) as { handler: Handler });
}

let runs = 0;
export async function invoke(event: unknown, remainingMs: number): Promise<Ran> {
  said.length = 0;
  const until = performance.now() + remainingMs;
  const before = process.cpuUsage();
  const began = performance.now();
  const answer = await handler(event, {
    awsRequestId: `${process.pid}-${(runs += 1)}`,
    getRemainingTimeInMillis: () => until - performance.now(),
  });
  const { user, system } = process.cpuUsage(before);
  const lines = said.map((line) => JSON.parse(line) as Record<string, unknown>);
  const trouble = lines.find(({ level }) => level === 'error');
  if (trouble) throw new Error(JSON.stringify(trouble));
  const finished = lines.find(({ event: name }) => String(name).endsWith('.finished')) ?? null;
  return {
    answer,
    finished: finished as Ran['finished'],
    cpuUs: user + system,
    wallMs: performance.now() - began,
  };
}
