/** What the stand-in and its clients agree on. */
export const PROJECT = '0123456789abcdef0123456789abcdef';
export const ACCESS_KEY = 'BENCHACCESSKEY000001';
export const SECRET_KEY = 'benchSecretKey/0123456789abcdefghijklmno';

export const jobIdOf = (n: number): string => `2c9eb2c5544cbf6101544f06${n.toString(16).padStart(8, '0')}`;

/** Every fourth job has ended. */
export const hasEnded = (jobId: string): boolean => '048c'.includes(jobId.at(-1)!);

/** Does `count` pieces of work, `width` at a time. */
export async function inLanes(
  count: number,
  concurrency: number,
  work: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
