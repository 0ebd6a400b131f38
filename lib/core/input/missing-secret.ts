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

/** A secret that this program does not have because another one uses it. That is no fault: only who asks for it here is wrong. */
export class SecretElsewhere extends Error {
  override readonly name = 'SecretElsewhere';
}
export const secretElsewhere = (problem: string): Secret => {
  return () => {
    throw new SecretElsewhere(problem);
  };
};

/** Whether one of them is for another program to use. */
export function isElsewhere(secrets: readonly (Secret | undefined)[]): boolean {
  return secrets.some((secret) => {
    try {
      secret?.();
      return false;
    } catch (error) {
      return error instanceof SecretElsewhere;
    }
  });
}

/** Why the first of them that cannot be used cannot; null: all can, or are used by another program. */
export function whyMissing(secrets: readonly (Secret | undefined)[]): string | null {
  for (const secret of secrets) {
    try {
      secret?.();
    } catch (error) {
      if (error instanceof MissingSecret) return error.message;
      if (!(error instanceof SecretElsewhere)) throw error;
    }
  }
  return null;
}
