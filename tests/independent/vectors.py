"""Checks of core/vectors.json against formats.py. Signatures are left out:
Python's standard library has no Ed25519."""

import struct

import formats
from formats import Wrong, base58, digest, require, sha256, tagged, u16, u32, u64


def node(value):
    return digest(value["hash"]), int(value["sum"])


def asset_sequence(vector):
    slot, sequence = int(vector["slot"]), None
    if slot < 1 << 40:
        sequence = str(slot << 24 | vector["shard"] << 16 | vector["nth"])
    return sequence, vector["sequence"]


def content_id(vector):
    content = vector["content"].encode()
    require(sha256(content).hex() == vector["content_hash"], "a content hash differs")
    made = tagged(0x08, bytes([vector["kind"]]), u64(len(content)), sha256(content))
    return made.hex(), vector["content_id"]


def commitment(vector):
    made = tagged(
        0x07,
        base58(vector["genesis"]),
        base58(vector["registry"]),
        bytes([vector["kind"]]),
        digest(vector["content_id"]),
        base58(vector["owner"]),
        digest(vector["salt"]),
    )
    return made.hex(), vector["commitment"]


def domain(vector):
    return formats.domain(*(base58(vector[k]) for k in ("genesis", "rewards", "vault"))).hex(), vector["domain"]


def request_id(vector):
    made = tagged(0x0A, base58(vector["gateway"]), base58(vector["payer"]), vector["idempotency_key"].encode())
    return made.hex(), vector["request_id"]


def sidecar_commitment(vector):
    return tagged(0x09, digest(vector["salt"]), vector["sidecar"].encode()).hex(), vector["commitment"]


def leaf(vector):
    fields = digest(vector["domain"]), vector["class"], base58(vector["claimant"]), int(vector["cumulative"])
    return formats.leaf_hash(*fields).hex(), vector["hash"]


def join(vector):
    try:
        joined = formats.join(node(vector["left"]), node(vector["right"]))
    except Wrong:
        joined = None
    return joined, vector["joined"] and node(vector["joined"])


def generated(count):
    return [(sha256(u32(i)), 7 * i + 1) for i in range(count)]


def tree(vector):
    count, nodes = vector["count"], generated(vector["count"])
    frontier = formats.frontier(nodes)
    require(frontier == [node(value) for value in vector["frontier"]], f"the frontier of {count} leaves differs")
    require(formats.fold_frontier(frontier, count) == node(vector["top"]), f"the frontier of {count} folds wrongly")
    for proof in vector["proofs"]:
        index, siblings = proof["index"], bytes.fromhex(proof["siblings"])
        holds = formats.proof_holds(frontier, nodes[index], index, count, siblings)
        require(holds, f"the proof of leaf {index} of {count} does not hold")
    return formats.top(nodes), node(vector["top"])


def refused_proof(vector):
    frontier = formats.frontier(generated(vector["tree"]))
    siblings = bytes.fromhex(vector["siblings"])
    return formats.proof_holds(frontier, node(vector["leaf"]), vector["index"], vector["count"], siblings), False


def mandate(vector):
    text = "\n".join(
        [
            "Tributary mandate v1",
            "I let this gateway spend from my deposit.",
            f"Gateway: {vector['gateway']}",
            f"Maximum (base units): {vector['maximum']}",
            f"Expires at slot: {vector['expires']}",
            f"Vault: {vector['vault']}",
            f"Payer: {vector['payer']}",
            f"Program: {vector['program']}",
            f"Genesis: {vector['genesis']}",
            f"Nonce: {vector['nonce']}",
        ]
    )
    require(text == vector["text"], "a mandate's text differs")
    addresses = (base58(vector[k]) for k in ("genesis", "program", "vault", "payer", "gateway"))
    numbers = (u64(int(vector[k])) for k in ("maximum", "expires", "nonce"))
    return tagged(0x05, *addresses, *numbers).hex(), vector["id"]


def usage_event(vector):
    evidence = vector["evidence"]
    raw = b"".join(
        [
            b"\x01",
            base58(vector["gateway"]),
            u32(vector["generation"]),
            u64(int(vector["sequence"])),
            base58(vector["vault"]),
            base58(vector["payer"]),
            digest(vector["mandate"]),
            u64(int(vector["lease"])),
            digest(vector["request"]),
            base58(vector["agent"]),
            base58(vector["model"]),
            u64(int(vector["price"])),
            u64(int(vector["graph_slot"])),
            u64(int(vector["at_ms"])),
            bytes([vector["uses"]]),
            digest(vector["sidecar"]),
            bytes([evidence["kind"]]),
            u32(evidence["tokens"]),
        ]
    )
    # 2 has the neighbours alone, 5 the spans and then the neighbours.
    for name in {2: ["similar"], 5: ["pairs", "similar"]}.get(evidence["kind"], ["pairs"]):
        raw += u16(len(evidence[name]))
        raw += b"".join(base58(pair["asset"]) + u32(pair["weight"]) for pair in evidence[name])
    require(raw.hex() == vector["bytes"], "a usage event's bytes differ")
    return tagged(0x03, raw).hex(), vector["hash"]


def group(vector):
    events = [bytes.fromhex(event) for event in vector["events"]]
    identity = base58(vector["gateway"]) + u32(vector["generation"])
    identity += u64(int(vector["first"])) + u32(len(events)) + digest(vector["previous"])
    head = tagged(0x04, identity, *(tagged(0x03, event) for event in events))
    require(head.hex() == vector["head"], "a group's head differs")
    require((b"tributary:group:v1:" + head).hex() == vector["signed_message"], "a group's signed message differs")
    frames = (u32(len(event)) + event for event in events)
    raw = b"".join([b"TRBG\x01", identity, *frames, base58(vector["key"]), bytes.fromhex(vector["signature"])])
    return raw.hex(), vector["bytes"]


def slot_digest(vector):
    hashes = [
        sha256(
            base58(event["signature"], 64),
            u16(event["outer"]),
            u16(event["inner"]),
            base58(event["program"]),
            bytes.fromhex(event["data"]),
        )
        for event in vector["events"]
    ]
    made = tagged(0x0B, digest(vector["previous"]), u64(int(vector["slot"])), u32(len(hashes)), *hashes)
    return made.hex(), vector["digest"]


def policy_set(vector):
    similarity = vector["similarity"]
    raw = b"".join(
        [
            b"TRBP\x02" if similarity else b"TRBP\x01",
            u16(vector["engine"]),
            u16(vector["fee"]),
            base58(vector["fee_claimant"]),
            struct.pack("<5H", *vector["default_mix"]),
            bytes([vector["tokeniser"]]),
            u16(vector["span_min"]),
            struct.pack("<16I", *vector["frequency_weights"]),
            u64(int(vector["leaf_min"])),
        ]
    )
    if similarity:
        raw += u64(int(similarity["seed"]))
        raw += bytes(similarity[name] for name in ("bands", "rows", "shingle_words"))
        raw += struct.pack("<3H", *(similarity[name] for name in ("threshold", "neighbours", "nearest")))
    require(raw.hex() == vector["bytes"], "a policy set's bytes differ")
    return sha256(raw).hex(), vector["hash"]


def leaf_file(vector):
    if "leaves" in vector:
        leaves = [(kind, base58(claimant), int(amount)) for kind, claimant, amount in vector["leaves"]]
    else:
        leaves = [(0, i.to_bytes(32, "big"), i + 1) for i in range(vector["count"])]
    own = digest(vector["domain"])
    nodes = [(formats.leaf_hash(own, *leaf), leaf[2]) for leaf in leaves]
    totals = [sum(leaf[2] for leaf in leaves if leaf[0] == kind) for kind in range(3)]
    raw = b"TRBL\x01" + own + u64(int(vector["epoch"])) + u16(vector["attempt"]) + u32(len(leaves))
    raw += b"".join(map(u64, totals)) + b"".join(formats.LeafFile.LEAF.pack(*leaf) for leaf in leaves)
    for start in range(0, len(leaves), formats.BLOCK):
        block = formats.top(nodes[start : start + formats.BLOCK])
        raw += formats.LeafFile.ENTRY.pack(*leaves[start][:2], *block)
    require("bytes" not in vector or raw.hex() == vector["bytes"], "a leaf file's bytes differ")
    read = formats.LeafFile(raw)
    require(read.top == node(vector["top"]), "a leaf file's tree differs")
    require([str(total) for total in totals] == vector["class_totals"], "a leaf file's class totals differ")
    require(len(raw) == vector["length"], "a leaf file's length differs")
    return read.hash.hex(), vector["hash"]


def refused_leaf_file(vector):
    try:
        formats.LeafFile(bytes.fromhex(vector["bytes"]))
    except Wrong:
        return True, True
    return False, True


def manifest(vector):
    raw = vector["bytes"].encode()
    formats.read_manifest(raw)
    return sha256(raw).hex(), vector["hash"]


def root_id(vector):
    header = {key: digest(vector[key]) for key in ("domain", "parent", "tree_hash", "manifest", "policy_set")}
    header |= {key: int(vector[key]) for key in ("epoch", "attempt", "finalised_slot", "leaf_count")}
    header["class_totals"] = [int(total) for total in vector["class_totals"]]
    return formats.root_id(header).hex(), vector["id"]


CHECKS = {
    "asset_sequence": asset_sequence,
    "content_id": content_id,
    "commitment": commitment,
    "domain": domain,
    "request_id": request_id,
    "sidecar_commitment": sidecar_commitment,
    "leaf": leaf,
    "node": join,
    "tree": tree,
    "refused_proof": refused_proof,
    "mandate": mandate,
    "usage_event": usage_event,
    "group": group,
    "slot_digest": slot_digest,
    "policy_set": policy_set,
    "leaf_file": leaf_file,
    "refused_leaf_file": refused_leaf_file,
    "manifest": manifest,
    "root_id": root_id,
}


def check(file):
    """Checks every vector; returns how many there were of each kind."""
    require(file.get("version") == formats.VERSION, "the vectors are of another version of the formats")
    unknown = set(file) - set(CHECKS) - {"about", "version"}
    require(not unknown, f"no check is written for the vectors of {', '.join(sorted(unknown))}")
    counts = {}
    for name, run in CHECKS.items():
        require(file.get(name), f"the vectors of {name} are missing")
        for n, vector in enumerate(file[name]):
            made, expected = run(vector)
            require(made == expected, f"vector {n} of {name}: computed {made!r}, the file says {expected!r}")
        counts[name] = len(file[name])
    return {"vectors": counts, "total": sum(counts.values())}
