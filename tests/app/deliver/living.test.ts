import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { followingContract } from '../../contract/following.ts';
import { livingContract } from '../../contract/living.ts';

livingContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});

followingContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});
