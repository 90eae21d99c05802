/** From a file's name and a form's fields to a declaration. Pure. */
import {
  DATASET_BYTES_MAX,
  DATASET_FORMATS,
  DATASET_USES,
  type DatasetDeclaration,
  type DatasetFormat,
} from '@tributary/sdk';

/** What the gateway takes in one line. */
const LINE_BYTES_MAX = 128;
const DESCRIPTION_BYTES_MAX = 1_000;
const LICENCE_CHARS_MAX = 32;

/** Licences to begin with; any other SPDX identifier can be typed. */
export const LICENCES = [
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC0-1.0',
  'ODC-By-1.0',
  'ODbL-1.0',
  'MIT',
  'Apache-2.0',
] as const;

/** What a file is, by the end of its name. */
export function formatOf(fileName: string): DatasetFormat {
  const end = fileName.split('.').at(-1)?.toLowerCase() ?? '';
  if (end === 'jsonl' || end === 'ndjson') return 'jsonl';
  if (end === 'csv') return 'csv';
  return end === 'parquet' ? 'parquet' : 'text';
}

/** What people may call it, from its file's name. */
export function titleOf(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[-_]+/g, ' ')
    .trim();
  return stem === '' ? '' : `${stem.charAt(0).toUpperCase()}${stem.slice(1)}`;
}

/** "640 bytes", "12.3 kB", "1.4 MB": only for people, and only about files. */
export function readableBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${size.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}

/** What is wrong with a file before anything is asked about it. */
export function wrongFile({ size }: { readonly size: number }): string | undefined {
  if (size === 0) return 'This file is empty: choose one with a text in it.';
  return size > DATASET_BYTES_MAX
    ? `This file has ${readableBytes(size)}; 268 MB is the most. Split it into several datasets.`
    : undefined;
}

/** What a person fills in; the rest of a declaration is known. */
export type Filled = Pick<
  DatasetDeclaration,
  'name' | 'creator' | 'description' | 'format' | 'field' | 'licence' | 'uses' | 'personalData'
>;

/** Reads the form: what was filled in, or what is wrong with it. */
export function filledIn(fields: FormData): Filled | string {
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const line = (name: string, max: number): boolean => {
    const bytes = new TextEncoder().encode(text(name)).length;
    return bytes > 0 && bytes <= max && !/\p{Cc}/u.test(text(name));
  };
  if (!line('name', LINE_BYTES_MAX)) return 'Give it a name of one line, at most 128 letters.';
  if (!line('creator', LINE_BYTES_MAX)) return 'Say who made it, in one line.';
  const description = text('description').replaceAll(/\s+/g, ' ');
  if (new TextEncoder().encode(description).length > DESCRIPTION_BYTES_MAX)
    return 'Describe it in at most 1,000 letters.';
  const format = DATASET_FORMATS.find((each) => each === text('format')) ?? 'text';
  if (format !== 'text' && !line('field', LINE_BYTES_MAX))
    return 'Name the field or column that holds the text.';
  const licence = text('licence');
  if (!/^[A-Za-z0-9.+-]+$/.test(licence) || licence.length > LICENCE_CHARS_MAX)
    return 'Choose a licence by its SPDX name, such as CC-BY-4.0, or LicenseRef- and a name of your own.';
  const uses = DATASET_USES.filter((use) => fields.has(use));
  if (uses.length === 0) return 'Permit at least one use: a text nobody may use earns nothing.';
  return {
    name: text('name'),
    creator: text('creator'),
    description,
    format,
    field: format === 'text' ? 'text' : text('field'),
    licence,
    uses,
    personalData: fields.has('personal'),
  };
}
