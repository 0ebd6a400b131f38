import { CaptureTag, Liquid, type Context } from 'liquidjs';
import { lazily } from '../../../core/lazily.ts';
import { remembered } from '../../../core/remembered.ts';

// Only what has a template loads this file, since the package is larger than all else that a channel needs.

export type Rendered = { ok: true; body: string } | Failed;
export interface Failed {
  ok: false;
  /** With line and column of the template where they are known. Holds no value. */
  problem: string;
  /** The place in what came of it, where that is no JSON. It may hold values. */
  near?: string;
}

/** Characters of a template. */
export const MAX_TEMPLATE = 64 * 1024;
/** Of what comes of it: what a bus takes. */
export const MAX_BODY = 256 * 1024;
/** Milliseconds: others wait meanwhile. */
const RENDER_MS = 1_000;
/** Units of the package, about a character or an item each: an event has at most some hundred thousand. */
const MEMORY = 4_000_000;
/** Templates that are kept as they were parsed. */
const KEPT = 100;

const asJson = (value: unknown, space?: number): string => JSON.stringify(value ?? null, null, space);

/** A value stays within its piece of a path or query. */
const inPath = (value: unknown): string => encodeURIComponent(textOf(value).toWellFormed());
const textOf = (value: unknown): string => (typeof value === 'string' ? value : asJson(value));

/** What is being captured is put out later, and escaped then. */
function captures(escaped: (value: unknown) => string) {
  const depth = new WeakMap<Context, number>();
  const at = (context: Context): number => depth.get(context) ?? 0;
  class PlainCapture extends CaptureTag {
    override *render(context: Context): Generator<unknown, void, string> {
      depth.set(context, at(context) + 1);
      try {
        yield* super.render(context);
      } finally {
        depth.set(context, at(context) - 1);
      }
    }
  }
  /** The package calls it as a filter, with what is being rendered. */
  function outside(this: { context: Context }, value: unknown): unknown {
    return at(this.context) > 0 ? value : escaped(value);
  }
  return { PlainCapture, outside: outside as (value: unknown) => string };
}

/** What a template is for: it says what becomes of a value on its way out. */
type Kind = 'json' | 'plain' | 'path';

function engineOf(kind: Kind, renderLimit: number): Liquid {
  const { PlainCapture, outside } = captures(kind === 'path' ? inPath : asJson);
  const engine = new Liquid({
    // Without it the package reads files of the working directory.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    // Without it `default` and `if` refuse what is not there.
    lenientIf: true,
    parseLimit: MAX_TEMPLATE,
    renderLimit,
    memoryLimit: MEMORY,
    ...(kind !== 'plain' && { outputEscape: outside }),
  });
  engine.registerTag('capture', PlainCapture);
  // `raw`: it is JSON already. What is missing is `null`, and not nothing.
  engine.registerFilter('json', { raw: true, handler: asJson });
  return engine;
}

export interface Render {
  (template: string, contentType: string, context: object): Rendered;
  /** The target's URL with what comes of the template behind it. */
  behind(target: string, template: string, context: object): Rendered;
}

export const isJson = (contentType: string): boolean => /[/+]json\b/i.test(contentType);

/** Fills in templates. What stands between braces becomes JSON where the body is JSON, so no value can break it. */
export function createRender(renderMs = RENDER_MS): Render {
  const parserOf = (kind: Kind) => {
    const engine = engineOf(kind, renderMs);
    const parse = remembered(KEPT, (text) => engine.parse(text));
    return (text: string, context: object): string => engine.renderSync(parse(text), context) as string;
  };
  const engines = { json: parserOf('json'), plain: parserOf('plain'), path: parserOf('path') };

  const render = (template: string, contentType: string, context: object): Rendered => {
    const json = isJson(contentType);
    try {
      const body = engines[json ? 'json' : 'plain'](template, context);
      if (body.length > MAX_BODY) return failed(`it makes more than ${MAX_BODY} characters`);
      return json ? checked(body) : { ok: true, body };
    } catch (error) {
      return failed(wordsOf(error));
    }
  };
  return Object.assign(render, {
    behind(target: string, template: string, context: object): Rendered {
      try {
        return behind(target, engines.path(template, context).trim());
      } catch (error) {
        return failed(wordsOf(error));
      }
    },
  });
}

/** A longer URL is refused by servers, if not by what stands before them. */
const MAX_URL = 8_192;

/** The target's URL with more behind it: another host, or another place beside the target's, is none of it. */
function behind(target: string, more: string): Rendered {
  const [at, to] = [URL.parse(target), URL.parse(target + more)];
  const isPart = /^[/?&]/.test(more) || more === '';
  const isPlain = !/[\s\p{Cc}#\\]/u.test(more) && target.length + more.length <= MAX_URL;
  const isWithin = at && to && to.origin === at.origin && to.pathname.startsWith(at.pathname);
  const isSame = to?.username === at?.username && to?.password === at?.password;
  return isPart && isPlain && isWithin && isSame
    ? { ok: true, body: target + more }
    : failed('what comes of path does not go behind the target');
}

/** The one of this process: what it has parsed is kept. */
export const sharedRender = lazily(createRender);

/** Why a text is no template; null: it is one. */
export function problemOf(template: string): string | null {
  try {
    engineOf('plain', RENDER_MS).parse(template);
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

const failed = (problem: string): Failed => ({ ok: false, problem });

/** The package quotes the piece of the template behind its first line, which is left out. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be used';
  const [, words = text, line, column] = /^(.*), line:(\d+), col:(\d+)$/s.exec(text) ?? [];
  return line ? `line ${line}, column ${column}: ${words}` : words;
}

function checked(body: string): Rendered {
  try {
    JSON.parse(body);
    return { ok: true, body };
  } catch (error) {
    const { message } = error as Error;
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
    const where = line ? ` in its line ${line}, column ${column}` : '';
    return { ok: false, problem: `what comes of it is no JSON${where}`, near: message };
  }
}
