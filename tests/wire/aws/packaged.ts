import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { lazily } from '../../../lib/core/lazily.ts';
import { SERVERLESS } from '../../../scripts/bundle.ts';

export const ROOT = new URL('../../../', import.meta.url);

export interface Resource {
  Type: string;
  Properties: Record<string, never>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Packaged {
  template: { Resources: Record<string, Resource>; Outputs: Record<string, unknown> };
  /** SHA-256 of each zip. */
  zips: Record<string, string>;
}

export const TEMPLATE = new URL('.serverless/cloudformation-template-update-stack.json', ROOT);

/** What `npm run package` makes, or another stage of the same bundles; `said`: further options. */
export async function packageFor(
  stage: string,
  from: 'sources' | 'bundles',
  said: string[] = [],
): Promise<Packaged> {
  const [command, ...args] = from === 'sources' ? ['npm', 'run', 'package', '--'] : [SERVERLESS, 'package'];
  await promisify(execFile)(command, [...args, '--stage', stage, ...said], { cwd: ROOT });
  const folder = new URL('.serverless/', ROOT);
  const zips = readdirSync(folder).filter((file) => file.endsWith('.zip'));
  const hash = (file: string) =>
    createHash('sha256')
      .update(readFileSync(new URL(file, folder)))
      .digest('hex');
  return {
    template: JSON.parse(readFileSync(TEMPLATE, 'utf8')) as Packaged['template'],
    zips: Object.fromEntries(zips.map((file) => [file, hash(file)])),
  };
}

/** Names of the files in a zip, from its central directory. */
export function filesIn(zip: string): string[] {
  const bytes = readFileSync(new URL(`.serverless/${zip}`, ROOT));
  const names: string[] = [];
  for (let at = bytes.indexOf('PK\u0001\u0002'); at !== -1; at = bytes.indexOf('PK\u0001\u0002', at + 4)) {
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + length));
  }
  return names;
}

/** Reading the rules takes seconds. */
const engine = lazily(() => new RegoEngine());

/** What CloudFormation and its linters say against a template. */
export function problemsOf(file: string): { ruleId: string; message: string; entity: unknown }[] {
  const { diagnostics, metadata } = engine().validateStandard(new TemplateFile(file), {
    severityLevel: 'WARN',
    strict: true,
    // A dependency that is said twice, once by the tool that packages.
    exclude: { ids: ['W3005'] },
  });
  if (metadata.resourcesScanned <= 50)
    throw new Error(`only ${metadata.resourcesScanned} resources were read`);
  return diagnostics.map(({ ruleId, message, entity }) => ({ ruleId, message, entity }));
}
