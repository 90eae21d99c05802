/** What an owner declares about a dataset, and signs: the file by its hash, how to read it, licence and uses. */
import type { Address } from '@solana/kit';
import { toHex } from '../bytes.js';
import { sha256 } from './hash.js';

/** How a file is to be read. */
export const DATASET_FORMATS = ['text', 'jsonl', 'csv', 'parquet'] as const;
/** One of {@link DATASET_FORMATS}. */
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** What an owner can permit, in the order of the record's bits. */
export const DATASET_USES = ['train', 'ground', 'display'] as const;
/** One of {@link DATASET_USES}. */
export type DatasetUse = (typeof DATASET_USES)[number];

/** The most bytes of a dataset's file. */
export const DATASET_BYTES_MAX = 256 * 2 ** 20;

/** A dataset as it is offered to a gateway. */
export interface DatasetDeclaration {
  /** The cluster it will be registered on. */
  readonly genesis: Address;
  readonly gateway: Address;
  /** Who owns it and signs. */
  readonly owner: Address;
  /** What people call it. */
  readonly name: string;
  /** Who made it. */
  readonly creator: string;
  /** A sentence or two; may be empty. */
  readonly description: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** Its length. */
  readonly bytes: number;
  readonly format: DatasetFormat;
  /** Which field or column holds the text. */
  readonly field: string;
  /** SPDX identifier, or `LicenseRef-…`. */
  readonly licence: string;
  readonly uses: readonly DatasetUse[];
  /** Whether the owner knows of personal data in it and may publish that. */
  readonly personalData: boolean;
  /** The owner's own description of it, a Croissant file's text of at most 32 KiB. */
  readonly croissant?: string;
}

/** What the owner's wallet shows and signs, as UTF-8; a function of the fields. */
export function datasetText(of: DatasetDeclaration): string {
  const uses = DATASET_USES.filter((use) => of.uses.includes(use));
  return [
    'Tributary dataset v1',
    'I offer this dataset for registration through this gateway.',
    `Gateway: ${of.gateway}`,
    `Name: ${of.name}`,
    `Creator: ${of.creator}`,
    `Description: ${of.description}`,
    `File SHA-256: ${of.sha256}`,
    `File bytes: ${of.bytes}`,
    `Format: ${of.format}`,
    `Text field: ${of.field}`,
    `Licence: ${of.licence}`,
    `Permitted uses: ${uses.length === 0 ? 'none' : uses.join(', ')}`,
    `Personal data: ${of.personalData ? 'yes, and I may publish it' : 'none that I know of'}`,
    `Owner: ${of.owner}`,
    `Genesis: ${of.genesis}`,
    ...(of.croissant === undefined
      ? []
      : [`Croissant SHA-256: ${toHex(sha256(new TextEncoder().encode(of.croissant)))}`]),
  ].join('\n');
}

/** The permitted uses as a record's bits. */
export function usesAsBits(uses: readonly DatasetUse[]): number {
  return DATASET_USES.reduce((bits, use, place) => (uses.includes(use) ? bits | (1 << place) : bits), 0);
}
