/** How far a dataset has come, as its events say. */
import { describe, expect, it } from 'vitest';
import type { DatasetEvent } from '@tributary/sdk';
import { findingText, intakeOf } from '../src/offer/steps.js';

const told = (...said: readonly (readonly [string, DatasetEvent['body']?])[]): readonly DatasetEvent[] =>
  said.map(([kind, body = {}], sequence) => ({ sequence, kind, body }));

const states = (events: readonly DatasetEvent[]): string =>
  intakeOf(events)
    .steps.map(({ name, state }) => `${name} ${state}`)
    .join(', ');

const NONE = { secrets: [], personal: [] };
const KEY = { kind: 'AWS access key', count: 1, lines: [41], begins: 'AKIA…' };

describe('an intake', () => {
  it('is at the first step that is not done', () => {
    expect(intakeOf([]).at).toBe('upload');
    expect(states(told(['declared'], ['uploaded', { bytes: 3 }]))).toBe(
      'upload done, validate now, scan ahead, compare ahead, publish ahead, register ahead, index ahead, embed ahead',
    );
  });

  it('says what came of each step', () => {
    const { steps, asset, at, isEarning } = intakeOf(
      told(
        ['declared'],
        ['uploaded', { bytes: 2048 }],
        ['validated', { format: 'jsonl', records: 12, text_bytes: 1900 }],
        ['scanned', { report: NONE }],
        ['compared', { compared_with: 701, like: null }],
        ['published'],
        ['waiting', { reason: 'sign and send' }],
        ['registered', { asset: 'A' }],
        ['indexed', { graph_slot: 1234 }],
      ),
    );
    expect(steps.map(({ found }) => found)).toEqual([
      '2,048 bytes arrived; they hash to what you signed.',
      '12 records, 1,900 bytes of text.',
      'No secrets and no personal data were found.',
      'Unlike all 701 texts that are registered.',
      'The text and its description can be had by their hashes.',
      'The record is final.',
      'Answers are compared with it from slot 1,234 on.',
      '',
    ]);
    expect([asset, at, isEarning]).toEqual(['A', 'embed', true]);
  });

  it('that is parked shows the reason and the report at its step, until it is tried again', () => {
    const parked = told(
      ['declared'],
      ['uploaded'],
      ['validated'],
      ['parked', { step: 'scan', reason: 'it holds a key', report: { ...NONE, secrets: [KEY] } }],
    );
    const stopped = intakeOf(parked);
    expect(stopped.steps[2]).toEqual({ name: 'scan', state: 'stopped', found: 'It holds a key.' });
    expect(stopped.findings?.secrets).toEqual([KEY]);
    const again = intakeOf([...parked, { sequence: 4, kind: 'retried', body: { step: 'scan' } }]);
    expect(again.steps[2]).toEqual({ name: 'scan', state: 'now', found: '' });
  });

  it('that failed says when it is tried again', () => {
    const { steps } = intakeOf(
      told(['declared'], ['failed', { step: 'upload', reason: 'the disk is slow', again_in_s: 4 }]),
    );
    expect(steps[0]?.found).toBe('The disk is slow. It is tried again in 4 s.');
  });

  it('without a model for meaning waits there, earns, and looks like nothing went wrong', () => {
    const done = [
      'declared',
      'uploaded',
      'validated',
      'scanned',
      'compared',
      'published',
      'registered',
      'indexed',
    ];
    const events = told(...done.map((kind) => [kind] as const), ['parked', { reason: 'no server' }]);
    const { steps, isEarning } = intakeOf(events);
    expect([steps[7]?.state, isEarning]).toEqual(['ahead', true]);
    expect(intakeOf([...events, { sequence: 9, kind: 'embedded', body: {} }]).at).toBeUndefined();
  });

  it('that was withdrawn goes no further', () => {
    const { isWithdrawn, steps } = intakeOf(told(['declared'], ['uploaded'], ['withdrawn']));
    expect([isWithdrawn, steps[1]?.state]).toEqual([true, 'stopped']);
  });

  it('names places, never findings', () => {
    expect(findingText(KEY)).toBe('AWS access key, once: line 41 (begins “AKIA…”)');
    expect(findingText({ ...KEY, count: 1200, lines: [1, 2] })).toBe(
      'AWS access key, 1,200 times: line 1, 2 and further ones (begins “AKIA…”)',
    );
  });
});
