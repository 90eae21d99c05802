/** Every example in doc comments and in the README is type-checked, as it stands there. */
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import * as kit from '@solana/kit';
import * as sdk from '../src/index.js';
import { examples, type Example } from './doc-examples.js';

const root = join(import.meta.dirname, '..');

/** What an example may take for granted: what every reader has at hand. */
const GIVEN = [
  'declare const rpc: ChainRpc;',
  'declare const files: FileSource;',
  'declare const api: Api;',
  'declare const vault: Address;',
  'declare const claimant: Address;',
  'declare const hash: string;',
  'declare const root: PostedRoot;',
  'declare const signer: KeyPairSigner;',
  'declare const hotWallet: KeyPairSigner;',
  'declare const coldWallet: Address;',
  'declare const keyFile: Uint8Array;',
  'declare const process: { argv: string[] };',
].join('\n');

/** An example as a module: its own imports, everything of the two packages, then its lines. */
function moduleOf({ code }: Example): string {
  const imports = code.match(/^import .*$/gm) ?? [];
  const body = code.replaceAll(/^import .*$/gm, '');
  const taken = imports.join('\n');
  const free = (names: string[]) =>
    names.filter((name) => /^[a-zA-Z]\w*$/.test(name) && !new RegExp(`\\b${name}\\b`).test(taken)).join(', ');
  return [
    imports.map((line) => line.replace('@tributary/sdk', '../src/index.js')).join('\n'),
    `import { ${free(Object.keys(sdk))} } from '../src/index.js';`,
    `import { ${free(Object.keys(kit))} } from '@solana/kit';`,
    "import type { Api, ChainRpc, FileSource, PostedRoot } from '../src/index.js';",
    "import type { Address, KeyPairSigner } from '@solana/kit';",
    GIVEN,
    `export async function example() {\n${body}\n}`,
  ].join('\n');
}

it('every example compiles', { timeout: 120_000 }, () => {
  const all = examples();
  expect(all.length).toBeGreaterThan(8);
  const modules = new Map(
    all.map((example, n) => [join(root, 'test', `example-${n}.ts`), { example, text: moduleOf(example) }]),
  );
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  // An example does not prove that its caller passed an argument.
  const options = { ...parsed.options, noUncheckedIndexedAccess: false };
  const host = ts.createCompilerHost(options);
  const withModules: ts.CompilerHost = {
    ...host,
    getSourceFile: (path, version, ...rest) => {
      const found = modules.get(path);
      return found
        ? ts.createSourceFile(path, found.text, version)
        : host.getSourceFile(path, version, ...rest);
    },
    fileExists: (path) => modules.has(path) || host.fileExists(path),
  };
  const program = ts.createProgram([...modules.keys()], options, withModules);
  const wrong = [...modules].flatMap(([path, { example }]) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(
      (each) => `${example.where}: ${ts.flattenDiagnosticMessageText(each.messageText, '\n')}`,
    );
  });
  expect(wrong).toEqual([]);
});
