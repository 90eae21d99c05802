/** Published files that a person brings along: what they are is decided by their hash. */
import { useId, useState } from 'react';
import { useNetwork } from './Network.js';

const FILE_BYTES_MAX = 64 * 1024 * 1024;

export function LeafFileFromDisk() {
  const { holdFile } = useNetwork();
  const id = useId();
  const [said, setSaid] = useState('');
  const open = async (list: FileList | null) => {
    const hashes: string[] = [];
    for (const file of list ?? []) {
      if (file.size > FILE_BYTES_MAX) setSaid(`${file.name} is larger than 64 MiB.`);
      else hashes.push(holdFile(new Uint8Array(await file.arrayBuffer())));
    }
    if (hashes.length > 0) setSaid(`Opened ${hashes.map((hash) => `${hash.slice(0, 12)}…`).join(', ')}.`);
  };
  return (
    <p className="from-disk">
      <label htmlFor={id}>
        Manifest or leaf file from this device <small>used when its hash is the one the chain names</small>
      </label>
      <input id={id} type="file" multiple onChange={(event) => void open(event.currentTarget.files)} />
      <span role="status">{said}</span>
    </p>
  );
}
