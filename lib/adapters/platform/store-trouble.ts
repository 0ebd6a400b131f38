/** What can be wrong with the file that holds everything. */
export type TroubleKind = 'damaged' | 'gone' | 'unkept' | 'full' | 'read_only' | 'busy' | 'unusable';

/** With these nothing that is written is kept any more: to go on would only lose more. */
const FATAL: readonly TroubleKind[] = ['damaged', 'gone', 'unkept'];

/** For those who may not know where it is. */
const SHORT: Record<TroubleKind, string> = {
  damaged: 'The store is damaged.',
  gone: 'The store was removed or replaced.',
  unkept: 'The disk of the store does not keep what is written.',
  full: 'The disk of the store is full.',
  read_only: 'The store cannot be written to.',
  busy: 'The store is kept locked by another process.',
  unusable: 'The store cannot be used.',
};

/** The store is in trouble. The message is made for people: it names the file, what is wrong and what to do. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }

  get short(): string {
    return SHORT[this.kind];
  }

  get isFatal(): boolean {
    return FATAL.includes(this.kind);
  }
}
