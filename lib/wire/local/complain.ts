import type { Telemetry } from '../../ports.ts';

/** The same line is not written again within this time: a full disk would be reported twice a second, perhaps into itself. */
const AGAIN_MS = 60_000;

/** Logs errors of what runs again and again: each at once, and while it lasts once a minute, with how often it came since. */
export function createComplaints({ line }: Telemetry, ticks: () => number) {
  return (event: string): ((error: unknown) => void) => {
    let logged: { words: string; at: number; again: number } | null = null;
    return (error) => {
      const words = String(error);
      if (logged?.words === words && ticks() - logged.at < AGAIN_MS) return void (logged.again += 1);
      const again = logged?.words === words ? logged.again : 0;
      logged = { words, at: ticks(), again: 0 };
      line('error', event, { error, ...(again > 0 && { again }) });
    };
  };
}
