import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { livingContract } from '../../contract/living.ts';

livingContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});
