import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { BUNDLING, entryOf, FUNCTIONS } from '../../../scripts/bundle.ts';

it.each(FUNCTIONS)(
  '%s brings no more of zod along than it uses: no errors in fifty languages',
  async (name) => {
    const { metafile } = await build({
      ...BUNDLING,
      entryPoints: [entryOf(name)],
      outfile: `none/${name}.mjs`,
      write: false,
      metafile: true,
    });
    const [output] = Object.values(metafile.outputs);
    const files = Object.keys(output!.inputs);
    const languages = files.filter((file) => /zod\/v4\/locales\/(?!en\.)/.test(file));
    expect(languages).toEqual([]);
  },
);
