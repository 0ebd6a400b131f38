import type { Where } from '../with-api.ts';

export interface RunOptions extends Where {
  group?: string;
  name?: string;
  label: Record<string, string>;
  origin?: string;
}
