export interface Lines {
  write(line: string): void;
  /** Hands over what waits. For the end of the process, which no later turn follows. */
  flush(): void;
}

/**
 * Lines of one turn of the event loop are handed over together, as one text without its last line break: a write to a pipe
 * or a file keeps the loop, and costs as much as making the line. A process that is killed within a turn loses that turn's
 * lines, never what they tell of.
 */
export function createLines(out: (text: string) => void): Lines {
  let waiting: string[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const text = waiting.join('\n');
    waiting = [];
    out(text);
  };
  return {
    flush,
    write(line) {
      if (waiting.push(line) === 1) setImmediate(flush);
    },
  };
}
