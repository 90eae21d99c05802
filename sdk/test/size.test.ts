/** What a page pays for what it uses: the package falls apart into its functions, and each stays small. */
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';

const index = join(import.meta.dirname, '..', 'src', 'index.ts');

/** Kilobytes of script, compressed, for a page that uses these names. */
async function kilobytes(names: string): Promise<number> {
  const entry = 'virtual:entry';
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) =>
          id === `\0${entry}` ? `export { ${names} } from ${JSON.stringify(index)};` : undefined,
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', output: { format: 'es' } },
    },
  })) as Rolldown.RolldownOutput;
  const script = built.output.map((part) => (part.type === 'chunk' ? part.code : ''));
  return gzipSync(script.join('')).length / 1024;
}

describe('the compressed size of', { timeout: 120_000 }, () => {
  it.each([
    ['the API client', 'createApi', 7],
    ['the stream', 'createApi, watch', 8],
    ['a check of a leaf file', 'verifyLeafFile, httpFiles', 19],
    ['reading what can be claimed', 'claimable, httpFiles', 45],
    ['claiming', 'claim, httpFiles', 112],
  ])('%s stays below its limit', async (_, names, limit) => {
    const size = await kilobytes(names);
    expect(size).toBeLessThanOrEqual(limit);
  });

  it('what is not used is not there', async () => {
    expect(await kilobytes('createApi')).toBeLessThan((await kilobytes('claim')) / 2);
  });
});
