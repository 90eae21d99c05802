#!/usr/bin/env python3
"""Recompute a root from its published files, independently of the Rust code.

    python3 tests/independent/verify_root.py STORE MANIFEST_HASH [--root-id HASH]
    python3 tests/independent/verify_root.py --vectors core/vectors.json

The first form reads the manifest and the files it names from a content store,
re-hashes all of them, rebuilds the Merkle-sum tree from the leaf file and prints
the root's id, hash and totals as JSON; with --root-id it compares the id with
the one posted on the chain. It does not redo attribution: that is what
`tributary verify` does. The second form checks the shared test vectors.

Exits 0 when everything agrees, 1 when something differs, 2 on wrong usage.
Python 3.9 or newer, standard library only.
"""

import argparse
import json
import pathlib
import struct
import sys

import formats
import vectors
from formats import Wrong, base58, digest, require

FILE_BYTES_MAX = 2 << 30


def fetch(store, name):
    """The file of this hash, re-hashed."""
    path = pathlib.Path(store) / name[:2] / name
    try:
        require(path.stat().st_size <= FILE_BYTES_MAX, f"{path} is larger than any published file")
        raw = path.read_bytes()
    except OSError as error:
        raise Wrong(f"{name} cannot be read from the store: {error}") from error
    require(formats.sha256(raw).hex() == name, f"{path} does not have the hash that is its name")
    return raw


def named_files(manifest):
    """Every file the manifest names, by what it is."""
    for field in "policy_set chain graph mandates credit closing_state leaf_file".split():
        yield field, manifest[field]
    if any(digest(manifest["opening_state"])):  # zeros: the vault's first root opens with nothing
        yield "opening_state", manifest["opening_state"]
    for n, segment in enumerate(manifest["usage"]):
        yield f"usage segment {n}", segment["file"]


def verify(store, manifest_hash):
    """What the root of this manifest must be."""
    digest(manifest_hash)
    manifest = formats.read_manifest(fetch(store, manifest_hash))
    files = {}
    for what, name in named_files(manifest):
        digest(name)
        files[what] = len(fetch(store, name))
    leaf_file = formats.LeafFile(fetch(store, manifest["leaf_file"]))
    own = formats.domain(*(base58(manifest[field]) for field in ("genesis", "rewards", "vault")))
    require(leaf_file.domain == own, "the leaf file is of another cluster, program or vault than the manifest")
    for field in ("epoch", "attempt"):
        require(getattr(leaf_file, field) == manifest[field], f"leaf file and manifest differ in their {field}")
    tree_hash, total = leaf_file.top
    require(tree_hash.hex() == manifest["tree_hash"], "the leaves do not make the manifest's tree")
    require(str(total) == manifest["total"], "the leaves do not sum to the manifest's total")
    require(len(leaf_file.leaves) == manifest["leaf_count"], "the manifest counts other leaves")
    frontier = formats.frontier(leaf_file.nodes)
    require(formats.fold_frontier(frontier, len(leaf_file.leaves)) == leaf_file.top, "the frontier has another top")
    header = {
        "domain": own,
        "epoch": manifest["epoch"],
        "attempt": manifest["attempt"],
        "parent": digest(manifest["parent"]),
        "finalised_slot": manifest["finalised_slot"],
        "tree_hash": tree_hash,
        "class_totals": leaf_file.class_totals,
        "leaf_count": len(leaf_file.leaves),
        "manifest": digest(manifest_hash),
        "policy_set": digest(manifest["policy_set"]),
    }
    return {
        "root_id": formats.root_id(header).hex(),
        "vault": manifest["vault"],
        "epoch": manifest["epoch"],
        "attempt": manifest["attempt"],
        "parent": manifest["parent"],
        "finalised_slot": manifest["finalised_slot"],
        "manifest": manifest_hash,
        "leaf_file": leaf_file.hash.hex(),
        "leaf_count": len(leaf_file.leaves),
        "tree_hash": tree_hash.hex(),
        "total": str(total),
        "class_totals": dict(zip(("earned", "refund", "fee"), map(str, leaf_file.class_totals))),
        "frontier": [{"hash": node.hex(), "sum": str(amount)} for node, amount in frontier],
        "files": files,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", nargs="?", help="folder of the content store")
    parser.add_argument("manifest", nargs="?", help="hash of the manifest, 64 hexadecimal digits")
    parser.add_argument("--root-id", help="the id that was posted; exit 1 when the recomputed one differs")
    parser.add_argument("--vectors", help="check the vectors of this file instead")
    arguments = parser.parse_args()
    if (arguments.vectors is None) == (arguments.manifest is None):
        parser.error("give either STORE and MANIFEST_HASH or --vectors FILE")
    try:
        if arguments.vectors is not None:
            report = vectors.check(json.loads(pathlib.Path(arguments.vectors).read_text(encoding="utf-8")))
        else:
            report = verify(arguments.store, arguments.manifest)
            if arguments.root_id is not None:
                require(arguments.root_id == report["root_id"], f"the root's id is {report['root_id']}")
    except (Wrong, OSError) as error:
        print(f"verify_root: {error}", file=sys.stderr)
        return 1
    except (ValueError, TypeError, KeyError, struct.error) as error:
        print(f"verify_root: a field is missing or of the wrong kind: {error!r}", file=sys.stderr)
        return 1
    print(json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
