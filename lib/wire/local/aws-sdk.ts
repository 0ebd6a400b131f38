/** The SDK is not among what the package installs: one machine does without it. */
export async function withSdk<T>(
  what: string,
  clients: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The package asks for it as `require` does, a checkout as `import` does.
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    if (!isMissing || !message.includes('@aws-sdk/')) throw error;
    const packages = clients.map((name) => `@aws-sdk/client-${name}`).join(' ');
    throw new Error(`${what} needs the AWS SDK, which is not installed; run \`npm install ${packages}\``, {
      cause: error,
    });
  }
}

interface Client {
  region: () => Promise<string>;
  credentials: () => Promise<unknown>;
}

/** Region and credentials are those of the environment. Throws an `Error` that says which is missing; answers with the region. */
export async function signedIn({ region, credentials }: Client): Promise<string> {
  const found = await region().catch(missing('no region is set; set AWS_REGION to that of the table'));
  await credentials().catch(missing('no credentials of AWS were found; set AWS_PROFILE, or sign in'));
  return found;
}

const missing =
  (words: string) =>
  (cause: unknown): never => {
    throw new Error(words, { cause });
  };
