/** The service as `jobchime start` runs it, killed by its own hand in a gap, or after so many effects: `node service.ts CONFIG GAP NTH [broken]`. */
import { flushCompileCache } from 'node:module';
import { createService } from '../../lib/wire/local/service.ts';
import { openParts } from '../../lib/wire/local/parts.ts';
import { createTelemetry } from '../../lib/adapters/platform/log.ts';
import { lockStore } from '../../lib/adapters/store/sqlite/lock.ts';
import { openConfig } from '../../cli/open.ts';
import { brokenStore } from './broken.ts';
import { withEffects } from './effects.ts';
import { withGaps, type Gap } from './gaps.ts';

// Who is killed leaves nothing behind, not even for the next life to load faster.
flushCompileCache();
const [path, gap, nth, broken] = process.argv.slice(2);
const { config, secrets } = openConfig(path);
lockStore(config.store);
const telemetry = createTelemetry({
  write: (line) => process.stdout.write(`${line}\n`),
  redact: secrets.redact,
  clock: Date.now,
  level: 'info',
});
const { parts } = openParts(config, secrets, telemetry);
let passed = 0;
const pass = (): void => {
  if (++passed === Number(nth)) process.kill(process.pid, 'SIGKILL');
};
const mortal =
  gap === 'effects'
    ? withEffects(parts, pass)
    : withGaps(
        broken ? { ...parts, store: brokenStore(parts.store) } : parts,
        (reached) => void (reached === gap && pass()),
        gap as Gap,
      );
await createService(mortal).start();
telemetry.line('info', 'service.started', {});
