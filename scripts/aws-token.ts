// Makes a token for the API on AWS: node scripts/aws-token.ts TABLE NAME SCOPE[,SCOPE]
// The token is shown once; the table keeps a hash of it.
import { randomBytes } from 'node:crypto';
import { mintToken, SCOPES } from '../lib/core/access/token.ts';
import { createDynamoClient, openDynamoStore } from '../lib/adapters/store/dynamodb/index.ts';

const [table, name, list = ''] = process.argv.slice(2);
const asked = new Set(list.split(','));
const scopes = SCOPES.filter((scope) => asked.has(scope));
if (!table || !name || scopes.length < asked.size) {
  process.stderr.write(
    `usage: node scripts/aws-token.ts TABLE NAME SCOPE[,SCOPE]\nscopes: ${SCOPES.join(', ')}\n`,
  );
  process.exit(2);
}
const store = openDynamoStore({ client: createDynamoClient(), table });
const { token, text } = mintToken({ name, scopes, projects: null, expiresAt: null }, Date.now(), randomBytes);
await store.tokens.create([token]);
await store.close();
process.stdout.write(`${text}\n`);
