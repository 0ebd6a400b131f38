export interface KeyedWorkers {
  /**
   * Starts a worker for each of `names` that has none, as far as there are slots; the others wait in line until the
   * next call. Returns without waiting for their work.
   */
  run(names: readonly string[], serve: Serve): void;
  /**
   * The same for names that have just got something to do, beside those that wait already. A worker that is under way may have
   * seen the end of its work before this came: it has one more turn.
   */
  add(names: readonly string[], serve: Serve): void;
  /** How many names are worth finding: this many can wait in line, and each still gets its turn. */
  room: number;
  /** Takes nothing new up; resolves when what is in hand has ended. */
  stop(): Promise<void>;
}

/**
 * Does the work of one name. `turn` is for those that work in rounds: it is asked before each of them, told whether the one before did
 * something, and says no where others wait for the slot, or where all should come to an end.
 */
export type Serve = (name: string, turn: (worked: boolean) => boolean) => Promise<unknown>;

export interface KeyedWorkersOptions {
  /** Workers at once. */
  max: number;
  /**
   * A worker whose round takes longer than `afterMs` only waits for somebody, and takes no slot of the others.
   * They are remembered until a round is short again, and no more than `max` of them are begun. At most `all` workers are
   * under way in any case, since each holds connections.
   */
  slow?: { afterMs: number; max: number; all: number; is?: (name: string) => boolean };
  clock: () => number;
  onError: (error: unknown) => void;
}

type Kind = 'quick' | 'slow';
/** Names to find, for each worker there may be: this many can wait, and each still gets its turn. */
const WAITING = 16;

/**
 * Workers with a key each, which never wait for one another: the origins to check, the endpoints to deliver to. Only names
 * are remembered, those of the workers under way and of the slow ones; what is to be done stands in the table.
 */
export function createKeyedWorkers({ max, slow, clock, onError }: KeyedWorkersOptions): KeyedWorkers {
  const { afterMs, all } = slow ?? { afterMs: Infinity, all: max };
  const slots: Record<Kind, number> = { quick: max, slow: slow?.max ?? 0 };
  const underWay = new Map<string, { since: number; ended: Promise<void> }>();
  const slowOnes = new Set<string>();
  /** When each had its last turn: who has a long backlog must not come before those that wait for their first message. */
  let turns = new Map<string, number>();
  let turnsSoFar = 0;
  /** Keys under way that were added again meanwhile. */
  const again = new Set<string>();
  /** Those that wait for a slot, in the order of their turns. */
  let line: string[] = [];
  let serve: Serve = async () => {};
  let open = true;
  /** Whether names of a kind wait for a slot. */
  let overloaded: Record<Kind, boolean> = { quick: false, slow: false };

  const kindOf = (name: string): Kind => {
    const since = underWay.get(name)?.since ?? Infinity;
    const isSlow = slowOnes.has(name) || clock() - since > afterMs || slow?.is?.(name);
    return isSlow ? 'slow' : 'quick';
  };

  function begin(name: string): void {
    const slot = { since: clock(), ended: Promise.resolve() };
    turns.set(name, (turnsSoFar += 1));
    let rounds = 0;
    let gaveWay = false;
    const turn = (worked: boolean): boolean => {
      if (clock() - slot.since > afterMs) slowOnes.add(name);
      else if (worked) slowOnes.delete(name);
      slot.since = clock();
      rounds += 1;
      gaveWay = rounds > 1 && mustGiveWay(kindOf(name));
      return open && !gaveWay;
    };
    const run = async (): Promise<void> => {
      try {
        await serve(name, turn);
      } catch (error) {
        onError(error);
      } finally {
        underWay.delete(name);
        // It has more to do, and goes to the end of the line; that needs no query of the table.
        if (again.delete(name) || gaveWay) line.push(name);
        fill();
      }
    };
    underWay.set(name, slot);
    slot.ended = run();
  }

  const taken = (kind: Kind): number => [...underWay.keys()].filter((name) => kindOf(name) === kind).length;
  const mustGiveWay = (kind: Kind): boolean =>
    overloaded[kind] || (kind === 'slow' && taken(kind) > slots.slow);

  /** Begins those that wait, as far as there are slots; the others stay in line. */
  function fill(): void {
    const free: Record<Kind, number> = {
      quick: slots.quick - taken('quick'),
      slow: slots.slow - taken('slow'),
    };
    const left: string[] = [];
    overloaded = { quick: false, slow: false };
    for (const name of line) {
      if (!open || underWay.has(name)) continue;
      const kind = kindOf(name);
      overloaded[kind] ||= free[kind] <= 0 || underWay.size >= all;
      if (overloaded[kind]) {
        left.push(name);
      } else {
        free[kind] -= 1;
        begin(name);
      }
    }
    line = left;
  }

  function run(names: readonly string[], work: Serve): void {
    serve = work;
    turns = new Map([...underWay.keys(), ...names].map((name) => [name, turns.get(name) ?? 0]));
    line = names.toSorted((a, b) => turns.get(a)! - turns.get(b)!);
    fill();
  }

  function add(names: readonly string[], work: Serve): void {
    serve = work;
    const waiting = new Set(line);
    for (const name of names) {
      if (underWay.has(name)) again.add(name);
      else if (!waiting.has(name)) line.push(name);
    }
    fill();
  }

  return {
    run,
    add,
    room: all * WAITING,
    async stop() {
      open = false;
      await Promise.all([...underWay.values()].map(({ ended }) => ended));
    },
  };
}
