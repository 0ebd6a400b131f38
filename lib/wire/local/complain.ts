import type { Telemetry } from '../../ports.ts';

/** The same line is not written again within this time: a full disk would be told twice a second, perhaps into itself. */
const AGAIN_MS = 60_000;

/** Tells errors of what runs again and again: each at once, and while it lasts once a minute, with how often it came since. */
export function createComplaints({ line }: Telemetry, ticks: () => number) {
  return (event: string): ((error: unknown) => void) => {
    let told: { words: string; at: number; again: number } | null = null;
    return (error) => {
      const words = String(error);
      if (told?.words === words && ticks() - told.at < AGAIN_MS) return void (told.again += 1);
      const again = told?.words === words ? told.again : 0;
      told = { words, at: ticks(), again: 0 };
      line('error', event, { error, ...(again > 0 && { again }) });
    };
  };
}
