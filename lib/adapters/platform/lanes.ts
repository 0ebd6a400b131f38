export interface Lanes {
  /** Starts every lane that has something due and is not under way. Returns without waiting for their work. */
  wake(): Promise<void>;
  /** Takes nothing new up; resolves when what is in hand has ended. */
  stop(): Promise<void>;
}

/**
 * Work that comes in lanes which never wait for one another: the origins to ask, the endpoints to deliver to. Only the
 * names of the lanes under way are remembered; what is to be done stands in the table.
 */
export function createLanes(options: {
  /** Names of lanes with something due. */
  due: (limit: number) => Promise<string[]>;
  /** Works one lane off; `open` turns false when it should come to an end. */
  serve: (name: string, open: () => boolean) => Promise<unknown>;
  /** Lanes under way at once. */
  max: number;
  onError: (error: unknown) => void;
}): Lanes {
  const { due, serve, max, onError } = options;
  const underWay = new Map<string, Promise<void>>();
  let open = true;

  const run = async (name: string): Promise<void> => {
    try {
      await serve(name, () => open);
    } catch (error) {
      onError(error);
    } finally {
      underWay.delete(name);
    }
  };

  return {
    async wake() {
      if (!open) return;
      const names = await due(max + underWay.size);
      for (const name of names) {
        if (open && !underWay.has(name) && underWay.size < max) underWay.set(name, run(name));
      }
    },
    async stop() {
      open = false;
      await Promise.all(underWay.values());
    },
  };
}
