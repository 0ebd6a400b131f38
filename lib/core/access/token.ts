import { createHash, timingSafeEqual } from 'node:crypto';
import { isGroupEvent, isJobEvent } from '../jobs/event.ts';
import type { EventRef } from '../jobs/event-row.ts';
import { projectsIn } from '../jobs/group.ts';
import { projectIn } from '../jobs/job.ts';
import type { Row } from '../row.ts';
import type { Scope } from './scope.ts';

export { SCOPES, type Scope } from './scope.ts';

/** What lets a program in. Its key is the public part of the token; the secret part is nowhere but with its owner. */
export interface Token extends Row {
  state: 'active';
  /** What people call it. */
  name: string;
  /**
   * SHA-256 of the secret part, in hex. A slow hash protects what people choose, because it can be guessed; 32 random
   * bytes cannot, so a fast one gives nothing away and costs nothing at every request.
   */
  hash: string;
  scopes: Scope[];
  /** Null: jobs of all projects. */
  projects: string[] | null;
  /** Epoch milliseconds; null: never. */
  expiresAt: number | null;
}

export interface TokenSpec {
  name: string;
  scopes: Scope[];
  projects: string[] | null;
  expiresAt: number | null;
}

/** `jct` and an underscore make a leaked token recognisable to scanners of secrets. */
const FORM = /^jct_([0-9a-f]{16})_([0-9a-f]{64})$/;
const ID_BYTES = 8;
const SECRET_BYTES = 32;

/** A new token, not stored yet, and the text that is its only copy. `random` gives that many random bytes. */
export function mintToken(
  spec: TokenSpec,
  now: number,
  random: (bytes: number) => Buffer,
): { token: Token; text: string } {
  const id = random(ID_BYTES).toString('hex');
  const secret = random(SECRET_BYTES).toString('hex');
  const row = { key: id, version: 0, state: 'active' as const, createdAt: now, due: null };
  return { token: { ...row, ...spec, hash: sha256(secret) }, text: `jct_${id}_${secret}` };
}

/** The parts of a token's text; null for what is none. */
export function readToken(text: string): { id: string; secret: string } | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Whether the secret is the token's. Takes the same time however much of it is right, and also for no token at all. */
export function isSecretOf(token: Token | null, secret: string): boolean {
  const same = sameText(sha256(secret), token?.hash ?? NOBODY);
  return same && token !== null;
}

export const isExpired = (token: Token, now: number): boolean =>
  token.expiresAt !== null && token.expiresAt <= now;
export const hasScope = (token: Token, scope: Scope): boolean =>
  token.scopes.includes('admin') || token.scopes.includes(scope);
export const seesProject = ({ projects }: Pick<Token, 'projects'>, projectId: string): boolean =>
  projects === null || projects.includes(projectId);
/** A group may have jobs of all the projects that it was made with. */
export const seesGroup = (token: Pick<Token, 'projects'>, projects: readonly string[] | null): boolean =>
  token.projects === null || (projects?.every((id) => seesProject(token, id)) ?? false);
/** What is about no job concerns all projects. */
export const seesEvent = (token: Pick<Token, 'projects'>, event: EventRef): boolean =>
  token.projects === null ||
  (isJobEvent(event) && seesProject(token, projectIn(event.subject))) ||
  (isGroupEvent(event) && seesGroup(token, projectsIn(event.subject)));

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Compares two hashes of one length without telling by the time it takes where they differ. */
export const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const NOBODY = sha256('');
