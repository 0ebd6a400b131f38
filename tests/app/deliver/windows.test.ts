import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { windowsContract } from '../../contract/windows.ts';

windowsContract(
  'SQLite',
  async () => {
    const store = openStore(':memory:');
    return { store, close: () => store.close() };
  },
  { jobs: 1_000, failures: 10 },
);
