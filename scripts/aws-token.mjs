// Makes a token for the API on AWS: node scripts/aws-token.mjs TABLE NAME SCOPE[,SCOPE]
// The token is shown once; the table keeps a hash of it.
import { randomBytes } from 'node:crypto';
import { mintToken, SCOPES } from '../lib/core/access/token.ts';
import { createDynamoClient, openDynamoStore } from '../lib/adapters/store/dynamodb/index.ts';

const [table, name, list = ''] = process.argv.slice(2);
const scopes = list.split(',');
if (!table || !name || !scopes.every((scope) => SCOPES.includes(scope))) {
  process.stderr.write(
    `usage: node scripts/aws-token.mjs TABLE NAME SCOPE[,SCOPE]\nscopes: ${SCOPES.join(', ')}\n`,
  );
  process.exit(2);
}
const store = openDynamoStore({ client: createDynamoClient(), table });
const { token, text } = mintToken({ name, scopes, projects: null, expiresAt: null }, Date.now(), randomBytes);
await store.tokens.create([token]);
await store.close();
process.stdout.write(`${text}\n`);
