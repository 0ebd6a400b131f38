/** Where one machine is put together: what the command line may use of everything below. */
export { createTokens, type Tokens } from './api/tokens.ts';
export { openLocal, type Local } from './local/desk.ts';
export { examine, type Finding } from './local/doctor.ts';
export { openExistingHome, openFileHome, openTableHome, type Differing, type Home } from './local/move.ts';
export { readError } from './clouds/error-body.ts';
export { configJsonSchema, loadConfig, openParts, type Config, type Parts } from './local/parts.ts';
export { ListenError } from './local/serve.ts';
export { createService, type Service } from './local/service.ts';
export {
  createSimulator,
  DEFAULT_ACCOUNT,
  SYSTEM_NAMES,
  type QuotaInput,
  type Simulator,
  type SystemName,
} from './simulator/simulator.ts';
export { backupStore, restoreStore } from './store/sqlite/backup.ts';
export { lockStore, serviceOn } from './store/sqlite/lock.ts';
