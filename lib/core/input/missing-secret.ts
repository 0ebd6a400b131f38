import type { Secret } from '../notify/subscription.ts';

/** What a reference stands for is not there, or not what it must be. The message names the reference and what to do. */
export class MissingSecret extends Error {
  override readonly name = 'MissingSecret';
}

/** A secret whose absence is an error only where it is used. */
export const missingSecret = (problem: string): Secret => {
  return () => {
    throw new MissingSecret(problem);
  };
};

/** Why the first of them that cannot be used cannot; null: all can. */
export function whyMissing(secrets: readonly (Secret | undefined)[]): string | null {
  for (const secret of secrets) {
    try {
      secret?.();
    } catch (error) {
      if (error instanceof MissingSecret) return error.message;
      throw error;
    }
  }
  return null;
}
