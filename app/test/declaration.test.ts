/** From a file and a form to a declaration. */
import { describe, expect, it } from 'vitest';
import { filledIn, formatOf, readableBytes, titleOf, wrongFile } from '../src/offer/declaration.js';

function form(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries({
    name: 'Songs',
    creator: 'Ann',
    description: '',
    format: 'text',
    field: 'text',
    licence: 'CC-BY-4.0',
    train: 'on',
    ...fields,
  })) {
    if (value !== '') data.set(name, value);
  }
  return data;
}

describe('a file', () => {
  it('is read as its name says, and plainly otherwise', () => {
    expect(['a.jsonl', 'b.NDJSON', 'c.csv', 'd.parquet', 'e.md', 'f'].map(formatOf)).toEqual([
      'jsonl',
      'jsonl',
      'csv',
      'parquet',
      'text',
      'text',
    ]);
  });

  it('proposes a name for people', () => {
    expect(titleOf('river_songs-of-1820.txt')).toBe('River songs of 1820');
    expect(titleOf('.txt')).toBe('');
  });

  it('is refused before anything is asked when it is empty or too large', () => {
    expect(wrongFile({ size: 0 })).toContain('empty');
    expect(wrongFile({ size: 256 * 2 ** 20 })).toBeUndefined();
    expect(wrongFile({ size: 256 * 2 ** 20 + 1 })).toContain('Split it');
    expect([1, 640, 12_345, 1_440_000].map(readableBytes)).toEqual([
      '1 byte',
      '640 bytes',
      '12.3 kB',
      '1.4 MB',
    ]);
  });
});

describe('a form', () => {
  it('becomes what is declared, uses in the order of the record', () => {
    expect(filledIn(form({ display: 'on', description: ' two\nlines ' }))).toEqual({
      name: 'Songs',
      creator: 'Ann',
      description: 'two lines',
      format: 'text',
      field: 'text',
      licence: 'CC-BY-4.0',
      uses: ['train', 'display'],
      personalData: false,
    });
    expect(filledIn(form({ format: 'csv', field: 'body', personal: 'on' }))).toMatchObject({
      format: 'csv',
      field: 'body',
      personalData: true,
    });
  });

  it.each([
    [{ name: '' }, 'Give it a name'],
    [{ name: 'x'.repeat(129) }, 'Give it a name'],
    [{ creator: ' ' }, 'who made it'],
    [{ description: 'ü'.repeat(501) }, 'at most 1,000'],
    [{ format: 'csv', field: '' }, 'column'],
    [{ licence: 'do what you want' }, 'SPDX'],
    [{ licence: 'x'.repeat(33) }, 'SPDX'],
    [{ train: '' }, 'at least one use'],
  ])('with %o is sent back with what to do', (fields, words) => {
    expect(filledIn(form(fields as unknown as Record<string, string>))).toContain(words);
  });
});
