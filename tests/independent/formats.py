"""Tributary's byte formats, a second time.

Written from docs/formats.md, not from the Rust code, with Python's standard
library alone, so that an error in one implementation shows in the other. Reads
and computes; fetches nothing and checks no signature.
"""

import hashlib
import json
import struct

VERSION = 1
LEAVES_MAX = 1 << 24
FRONTIER_DEPTH = 4
BLOCK = 1024
U64_MAX = (1 << 64) - 1
TOKEN_WEIGHT = 1 << 16
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Wrong(Exception):
    """Bytes that are not what they should be, in a sentence."""


def require(condition, sentence):
    if not condition:
        raise Wrong(sentence)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tagged(tag, *parts):
    return sha256(bytes([tag, VERSION]), *parts)


def u16(value):
    return struct.pack("<H", value)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def base58_encode(raw):
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def base58(text, length=32):
    """The bytes of an address or signature."""
    number = 0
    for character in text:
        digit = ALPHABET.find(character)
        require(digit >= 0, f"{text!r} is not base58")
        number = number * 58 + digit
    try:
        raw = number.to_bytes(length, "big")
    except OverflowError:
        raise Wrong(f"{text!r} is longer than {length} bytes") from None
    require(base58_encode(raw) == text, f"{text!r} is not {length} bytes in base58")
    return raw


def digest(text):
    """The bytes of a hash in lower-case hexadecimal."""
    require(
        isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef"),
        f"{text!r} is not a hash of 64 lower-case hexadecimal digits",
    )
    return bytes.fromhex(text)


# Leaves, nodes and trees. A node is a pair (hash, sum).


def domain(genesis, rewards, vault):
    return tagged(0x06, genesis, rewards, vault)


def leaf_hash(leaf_domain, leaf_class, claimant, cumulative):
    return tagged(0x00, leaf_domain, bytes([leaf_class]), claimant, u64(cumulative))


def join(left, right):
    total = left[1] + right[1]
    require(total <= U64_MAX, "a node's sum exceeds 64 bits")
    return tagged(0x01, left[0], u64(left[1]), right[0], u64(right[1])), total


def split(count):
    """The largest power of two below count."""
    return 1 << ((count - 1).bit_length() - 1)


def top(nodes):
    """The top node over a list of leaves, as RFC 6962 defines its shape."""
    if len(nodes) == 1:
        return nodes[0]
    left = split(len(nodes))
    return join(top(nodes[:left]), top(nodes[left:]))


def frontier(nodes, depth=FRONTIER_DEPTH):
    """The nodes at depth 4, or the leaves that lie higher."""
    if len(nodes) == 1 or depth == 0:
        return [top(nodes)]
    left = split(len(nodes))
    return frontier(nodes[:left], depth - 1) + frontier(nodes[left:], depth - 1)


def frontier_length(count, depth=FRONTIER_DEPTH):
    if count == 1 or depth == 0:
        return 1
    left = split(count)
    return frontier_length(left, depth - 1) + frontier_length(count - left, depth - 1)


def fold_frontier(nodes, count, depth=FRONTIER_DEPTH):
    """The top node of a tree of count leaves with this frontier."""
    require(len(nodes) == frontier_length(count, depth), "the frontier has the wrong length")
    if count == 1 or depth == 0:
        return nodes[0]
    left = split(count)
    cut = frontier_length(left, depth - 1)
    return join(fold_frontier(nodes[:cut], left, depth - 1), fold_frontier(nodes[cut:], count - left, depth - 1))


def proof_holds(nodes, leaf, index, count, siblings):
    """Whether a leaf belongs to the tree with these frontier nodes."""
    if not 0 <= index < count <= LEAVES_MAX:
        return False
    slot, depth = 0, FRONTIER_DEPTH
    while depth and count > 1:
        left, depth = split(count), depth - 1
        if index < left:
            count = left
        else:
            slot, index, count = slot + frontier_length(left, depth), index - left, count - left
    sides = []
    while count > 1:
        left = split(count)
        sides.append(index >= left)
        index, count = (index - left, count - left) if index >= left else (index, left)
    if slot >= len(nodes) or len(siblings) != 40 * len(sides):
        return False
    node = leaf
    for level, on_the_right in enumerate(reversed(sides)):
        raw = siblings[40 * level : 40 * level + 40]
        sibling = raw[:32], int.from_bytes(raw[32:], "little")
        try:
            node = join(sibling, node) if on_the_right else join(node, sibling)
        except Wrong:
            return False
    return node == nodes[slot]


# Published files.


class LeafFile:
    """A leaf file with its tree, every byte of it accounted for."""

    HEADER = struct.Struct("<4sB32sQHI3Q")
    LEAF = struct.Struct("<B32sQ")
    ENTRY = struct.Struct("<B32s32sQ")

    def __init__(self, raw):
        require(len(raw) >= self.HEADER.size, "the leaf file ends inside its header")
        magic, version, self.domain, self.epoch, self.attempt, count, *totals = self.HEADER.unpack_from(raw)
        require(magic == b"TRBL" and version == VERSION, "this is not a leaf file of a known version")
        require(1 <= count <= LEAVES_MAX, "the number of leaves is outside its bounds")
        blocks = -(-count // BLOCK)
        body = self.HEADER.size + count * self.LEAF.size
        require(len(raw) == body + blocks * self.ENTRY.size, "the leaf file has the wrong length")
        self.leaves = list(self.LEAF.iter_unpack(raw[self.HEADER.size : body]))
        self.class_totals = [0, 0, 0]
        for n, (leaf_class, claimant, cumulative) in enumerate(self.leaves):
            require(leaf_class <= 2, f"leaf {n} has an unknown class")
            require(cumulative > 0, f"leaf {n} is zero")
            require(n == 0 or self.leaves[n - 1][:2] < (leaf_class, claimant), f"leaf {n} is out of order")
            self.class_totals[leaf_class] += cumulative
        require(totals == self.class_totals, "the class totals in the header are wrong")
        self.nodes = [(leaf_hash(self.domain, *leaf), leaf[2]) for leaf in self.leaves]
        for n, entry in enumerate(self.ENTRY.iter_unpack(raw[body:])):
            block = top(self.nodes[n * BLOCK : (n + 1) * BLOCK])
            require(entry == (*self.leaves[n * BLOCK][:2], *block), f"the entry of block {n} is wrong")
        self.top = top(self.nodes)
        self.hash = sha256(raw)


MANIFEST_FIELDS = (
    "version genesis registry rewards vault mint epoch attempt parent finalised_slot terms_slot engine policy_set "
    "opening_state chain chain_digest graph mandates credit credit_end usage closing_state leaf_file tree_hash total "
    "leaf_count"
).split()
SEGMENT_FIELDS = "gateway generation first end previous head file".split()


def unique_keys(pairs):
    require(len({key for key, _ in pairs}) == len(pairs), "the manifest names a field twice")
    return dict(pairs)


def read_manifest(raw):
    """The manifest's fields; refuses any spelling but the canonical one."""
    try:
        manifest = json.loads(raw.decode(), object_pairs_hook=unique_keys)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Wrong(f"the manifest is not JSON: {error}") from error
    require(isinstance(manifest, dict) and list(manifest) == MANIFEST_FIELDS, "the manifest's fields differ")
    require(manifest["version"] == 1, "the manifest has a version that is not known here")
    for segment in manifest["usage"]:
        require(list(segment) == SEGMENT_FIELDS, "the fields of a usage segment differ")
    canonical = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False).encode()
    require(canonical == raw, "the manifest is not in its canonical form")
    return manifest


def root_id(header):
    """The id of a root from its header's fields, bytes and integers."""
    return tagged(
        0x02,
        header["domain"],
        u64(header["epoch"]),
        u16(header["attempt"]),
        header["parent"],
        u64(header["finalised_slot"]),
        header["tree_hash"],
        *map(u64, header["class_totals"]),
        u32(header["leaf_count"]),
        header["manifest"],
        header["policy_set"],
    )
