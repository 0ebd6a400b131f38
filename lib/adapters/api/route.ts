import type * as z from 'zod';
import type { Scope } from '../../core/access/scope.ts';
import type { ProblemKind } from './problem.ts';

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  summary: string;
  /** What a token must allow. Null: no token is needed. */
  scope: Scope | null;
  /** What a token that is limited to projects gets here: what belongs to them, or nothing, since it concerns all. */
  limited: 'its own' | 'refused';
  params?: () => z.ZodObject;
  query?: () => z.ZodType;
  body?: () => z.ZodType;
  /** What is signed by a cloud comes without a token, and whatever its Content-Type says. */
  signed?: true;
  /** No body at all stands for `{}`. */
  needsNoBody?: true;
  /** It is for people, who are shown problems as pages too, in their language. */
  page?: true;
  /**
   * What it answers, by status; null: without a body. Nothing is checked against it: it types handler and client, and stands
   * in the OpenAPI document.
   */
  answers: Readonly<Record<number, (() => z.ZodType) | null>>;
  /** Beyond those that follow from scope, parameters and body. */
  problems: readonly ProblemKind[];
}
export const route = <const R extends Route>(one: R): R => one;

/** Whether it takes an `Idempotency-Key`. */
export const keepsAnswers = ({ method, scope }: Pick<Route, 'method' | 'scope'>): boolean =>
  method === 'POST' && scope !== null;
