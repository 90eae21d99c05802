"""What verify_root.py accepts and refuses. Run from anywhere:

python3 -m unittest discover -s tests/independent
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import formats

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent.parent / "core" / "vectors.json"


def run(*arguments):
    command = [sys.executable, str(HERE / "verify_root.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


class Store:
    """A content store with one epoch, made of the shared vectors."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
        self.leaf_file = bytes.fromhex(self.vectors["leaf_file"][0]["bytes"])
        self.put(self.leaf_file)
        manifest = json.loads(self.vectors["manifest"][0]["bytes"])
        for field in ("chain", "graph", "mandates", "credit", "closing_state", "opening_state"):
            manifest[field] = self.put(f"the {field} file\n".encode())
        manifest["policy_set"] = self.put(bytes.fromhex(self.vectors["policy_set"][0]["bytes"]))
        manifest["usage"][0]["file"] = self.put(b"a segment")
        self.manifest = manifest

    def path(self, name):
        return self.folder / name[:2] / name

    def put(self, raw):
        name = formats.sha256(raw).hex()
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(raw)
        return name

    def publish(self, manifest=None, separators=(",", ":")):
        manifest = self.manifest if manifest is None else manifest
        return self.put(json.dumps(manifest, separators=separators).encode())


class VerifyRoot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Store(folder.name)

    def refused(self, name, because):
        result = run(self.store.folder, name)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn(because, result.stderr)
        self.assertNotIn("Traceback", result.stderr)

    def test_a_published_root_is_recomputed(self):
        name = self.store.publish()
        result = run(self.store.folder, name)
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        vector = self.store.vectors["leaf_file"][0]
        self.assertEqual(report["tree_hash"], vector["top"]["hash"])
        self.assertEqual(report["total"], vector["top"]["sum"])
        self.assertEqual(list(report["class_totals"].values()), vector["class_totals"])
        self.assertEqual(run(self.store.folder, name, "--root-id", report["root_id"]).returncode, 0)
        other = run(self.store.folder, name, "--root-id", "00" * 32)
        self.assertEqual(other.returncode, 1)
        self.assertIn(report["root_id"], other.stderr)

    def test_a_missing_or_changed_file_is_noticed(self):
        name = self.store.publish()
        chain = self.store.path(self.store.manifest["chain"])
        chain.write_bytes(b"something else")
        self.refused(name, "does not have the hash that is its name")
        chain.unlink()
        self.refused(name, "cannot be read from the store")
        self.refused("00" * 32, "cannot be read from the store")
        self.refused("../etc/passwd", "not a hash")

    def test_a_manifest_that_does_not_fit_its_leaf_file_is_refused(self):
        for field, value, because in [
            ("total", str(int(self.store.manifest["total"]) + 1), "do not sum"),
            ("tree_hash", "11" * 32, "do not make"),
            ("leaf_count", 6, "counts other leaves"),
            ("epoch", 8, "differ in their epoch"),
            ("attempt", 0, "differ in their attempt"),
            ("vault", self.store.manifest["mint"], "another cluster, program or vault"),
            ("parent", "short", "not a hash"),
            ("finalised_slot", -1, "wrong kind"),
            ("usage", 7, "wrong kind"),
            ("version", 2, "version"),
        ]:
            with self.subTest(field=field):
                manifest = copy.deepcopy(self.store.manifest)
                manifest[field] = value
                self.refused(self.store.publish(manifest), because)

    def test_only_the_canonical_spelling_of_a_manifest_is_read(self):
        self.refused(self.store.publish(separators=(", ", ":")), "canonical")
        turned = dict(reversed(self.store.manifest.items()))
        self.refused(self.store.publish(turned), "fields differ")
        self.refused(self.store.put(b"\xff"), "not JSON")
        twice = json.dumps(self.store.manifest, separators=(",", ":"))[:-1] + ',"version":1}'
        self.refused(self.store.put(twice.encode()), "twice")

    def test_the_shared_vectors_agree_and_a_changed_one_does_not(self):
        self.assertEqual(run("--vectors", VECTORS).returncode, 0)
        for name, entries in self.store.vectors.items():
            if not isinstance(entries, list):
                continue
            with self.subTest(name=name):
                changed = copy.deepcopy(self.store.vectors)
                del changed[name]
                path = self.store.folder / "vectors.json"
                path.write_text(json.dumps(changed), encoding="utf-8")
                self.assertEqual(run("--vectors", path).returncode, 1)
        changed = copy.deepcopy(self.store.vectors)
        changed["leaf"][0]["cumulative"] = "2"
        path.write_text(json.dumps(changed), encoding="utf-8")
        self.assertIn("vector 0 of leaf", run("--vectors", path).stderr)

    def test_wrong_usage_is_told_apart_from_a_wrong_root(self):
        self.assertEqual(run().returncode, 2)
        self.assertEqual(run(self.store.folder).returncode, 2)


if __name__ == "__main__":
    unittest.main()
