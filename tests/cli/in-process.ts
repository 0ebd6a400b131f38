/**
 * `jobchime` without a process of its own: loading the program costs more than most commands do. It sees the folder, the
 * environment and the input of a process of its own, and what it prints, its exit code and its end are those that one would have.
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { format } from 'node:util';
import { createProgram } from '../../cli/program.ts';
import { run } from '../../cli/run.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}
export interface Place {
  folder: string;
  env: Record<string, string | undefined>;
}

interface Call {
  args: string[];
  env: Record<string, string>;
  files: Partial<Record<'<' | '>', string>>;
}

/** What goes on until it is told to stop wants the signals of a process. */
const SERVES = ['start', 'simulate', 'listen', 'run'];
/** Pieces of words that mean in a shell what they mean here; all else is the shell's business. */
const PIECE = /'([^']*)'|"((?:[^"$`\\]|\$\w+)*)"|(\$\w+)|([\w./:@%+=,-]+)/y;

/** A line that calls `jobchime` once: its words, assignments before it, and files it reads from and writes to. Null for any other. */
export function callOf(line: string, env: Record<string, string>): Call | null {
  const filled = (text: string): string => text.replace(/\$(\w+)/g, (_, name: string) => env[name] ?? '');
  const words: string[] = [];
  const files: Call['files'] = {};
  for (const part of line.trim().matchAll(/([<>])?\s*((?:'[^']*'|"[^"]*"|[^\s'"<>])+)(?:\s+|$)|(.)/gy)) {
    const [, into, text, other] = part;
    if (other !== undefined || text === undefined) return null;
    let word = '';
    for (PIECE.lastIndex = 0; PIECE.lastIndex < text.length;) {
      const [piece, single, double, variable, plain] = PIECE.exec(text) ?? [];
      if (piece === undefined) return null;
      word += single ?? plain ?? filled(double ?? variable ?? '');
    }
    if (into === '<' || into === '>') files[into] = word;
    else words.push(word);
  }
  const at = words.indexOf('jobchime');
  const assigned = words.slice(0, at).map((word) => /^(\w+)=(.*)$/s.exec(word)?.slice(1) ?? []);
  const args = words.slice(at + 1);
  const isOurs = assigned.every(([name]) => name !== undefined && name !== 'NODE_OPTIONS');
  if (at === -1 || !isOurs || SERVES.includes(args[0] ?? '')) return null;
  return { args, env: { ...env, ...(Object.fromEntries(assigned) as Record<string, string>) }, files };
}

/** Read by a function, since code that has just cleared it takes it to be clear. */
const exitCode = (): number => Number(process.exitCode ?? 0);

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const TELLING = ['log', 'info', 'warn', 'error'] as const;

/** One at a time: the folder and the environment are those of the whole process. */
export async function inProcess({ args, env, files }: Call, folder: string): Promise<Ran> {
  const said = { out: '', err: '' };
  const before = { env: process.env, folder: process.cwd(), code: process.exitCode };
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!;
  const listening = SIGNALS.map((name) => process.listeners(name));
  const telling = TELLING.map((name) => console[name]); // oxlint-disable-line no-console
  const writing = { out: process.stdout.write, err: process.stderr.write };

  const input = files['<'] === undefined ? Readable.from([]) : createReadStream(join(folder, files['<']));
  const into =
    (to: 'out' | 'err') =>
    (chunk: unknown): true => {
      said[to] += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      return true;
    };
  process.chdir(folder);
  process.env = { ...env };
  process.exitCode = undefined;
  Object.defineProperty(process, 'stdin', { ...stdin, get: () => input });
  process.stdout.write = into('out');
  process.stderr.write = into('err');
  for (const name of TELLING) {
    const to = name === 'log' || name === 'info' ? 'out' : 'err';
    // oxlint-disable-next-line no-console
    console[name] = (...words: unknown[]) => void into(to)(`${format(...words)}\n`);
  }
  try {
    await run(args, createProgram);
    if (files['>'] !== undefined) {
      writeFileSync(files['>'], said.out);
      said.out = '';
    }
    return { code: exitCode(), ...said };
  } finally {
    Object.assign(process.stdout, { write: writing.out });
    Object.assign(process.stderr, { write: writing.err });
    // oxlint-disable-next-line no-console
    TELLING.forEach((name, n) => (console[name] = telling[n]!));
    Object.defineProperty(process, 'stdin', stdin);
    SIGNALS.forEach((name, n) => {
      for (const one of process.listeners(name)) if (!listening[n]!.includes(one)) process.off(name, one);
    });
    process.env = before.env;
    process.chdir(before.folder);
    process.exitCode = before.code;
  }
}
