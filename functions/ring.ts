import { onBatch } from './batch.ts';

type Open = () => Promise<Ringing & Pick<Awaited<ReturnType<Parameters<typeof onBatch>[0]>>, 'telemetry'>>;
interface Ringing {
  deliver(body: unknown): Promise<unknown>;
  width: number;
  reserveMs: number | undefined;
}

/** The function of a channel, behind its queue. Rings of the doorbell: each names a delivery, whose row says what is to be done. */
export const onRing = (open: Open) =>
  onBatch(async () => {
    const { deliver, width, telemetry, reserveMs } = await open();
    return { telemetry, width, work: deliver, ...(reserveMs !== undefined && { reserveMs }) };
  });
