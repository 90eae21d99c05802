/**
 * The examples of doc comments and of the README: found as they stand there, and run.
 * Tests hand over what every reader has at hand: a chain, files, a key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import * as kit from '@solana/kit';
import * as sdk from '../src/index.js';

const root = join(import.meta.dirname, '..');

/** An example as it stands in a comment or in the README. */
export interface Example {
  readonly where: string;
  readonly code: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** Every example there is. */
export function examples(): Example[] {
  const inComments = sources(join(root, 'src')).flatMap((path) => {
    const text = readFileSync(path, 'utf8').replaceAll(/^\s*\* ?/gm, '');
    return [...text.matchAll(/@example\s+```ts\n([\s\S]*?)```/g)].map(([, code = ''], n) => ({
      where: `${relative(root, path)} ${n + 1}`,
      code,
    }));
  });
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const inReadme = [...readme.matchAll(/```(?:js|ts)\n([\s\S]*?)```/g)].map(([, code = ''], n) => ({
    where: `README.md ${n + 1}`,
    code,
  }));
  return [...inComments, ...inReadme];
}

/** What an example may take for granted, by name. */
export type Given = Readonly<Record<string, unknown>>;

/** Whether an example asks an API; the others need only a chain and published files. */
export const asksApi = ({ code }: Example): boolean => /\bapi\b|createApi/.test(code);

/** Addresses that examples name, and what stands in their place in a test. */
export type Places = Readonly<Record<string, string>>;

/** Runs an example as it stands, except for where it looks, with what is given around it. */
export async function run({ where, code }: Example, given: Given, places: Places = {}): Promise<void> {
  const imports = code.match(/^import .*$/gm) ?? [];
  let body = code.replaceAll(/^import .*$/gm, '');
  for (const [named, real] of Object.entries(places)) body = body.replaceAll(named, real);
  const javascript = ts.transpile(body, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
  // What it imports are names of these two packages; what it declares itself comes before both.
  const known: Given = { ...kit, ...sdk, ...given };
  const names = Object.keys(known).filter((name) => /^[a-zA-Z]\w*$/.test(name));
  const missing = imports.flatMap((line) => importedBy(line)).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`${where} imports ${missing.join(', ')}, which there is not`);
  const wrapped = `return (async () => {\n${javascript}\n})();`;
  // The text is this package's own documentation.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const example = new Function(...names, wrapped) as (...values: unknown[]) => Promise<void>;
  await example(...names.map((name) => known[name]));
}

function importedBy(line: string): string[] {
  const [, names = ''] = /\{([^}]*)\}/.exec(line) ?? [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
