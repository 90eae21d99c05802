"""Our engine against programs that we did not write: pyDVL for KNN-Shapley,
infini-gram for counts and spans, datasketch for near-duplicates. FULL=1 adds
Shakespeare and asks more."""

import os
import random
import re
import tempfile
import unittest

import numpy
import oracle
from datasketch import MinHash, MinHashLSH
from pydvl.valuation.dataset import Dataset
from pydvl.valuation.methods.knn_shapley import KNNShapleyValuation
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

FULL = os.environ.get("FULL") == "1"
NEIGHBOURS = 5
AGREEMENT = 1e-12


class InOrder(KNeighborsClassifier):
    """Equal distances by the order of the points, as we say it; pyDVL's own order
    of equal distances is that of scikit-learn's sorting."""

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        distances = ((self._fit_X[None, :, :] - numpy.asarray(X)[:, None, :]) ** 2).sum(axis=2)
        return numpy.argsort(distances, axis=1, kind="stable")[:, :n_neighbors]


def pydvl(model, train, labels, queries, query_labels):
    valuation = KNNShapleyValuation(model, Dataset(queries.astype(float), query_labels), progress=False)
    return valuation.fit(Dataset(train.astype(float), labels)).result.values


def without_ties(train, queries):
    """Which queries are as far from no two points."""
    distances = ((train[None, :, :] - queries[:, None, :]) ** 2).sum(axis=2)
    return numpy.array([len(set(row)) == len(row) for row in distances.tolist()])


class KnnShapley(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def ours(self, *arguments):
        return oracle.knn(self.folder.name, *arguments)[0]

    def test_values_agree_with_pydvl_where_no_distances_tie(self):
        compared = 0
        for name in oracle.DATA_SETS:
            train, labels, queries, query_labels, _ = oracle.points(name)
            clear = without_ties(train, queries)
            print(f"{name}: {clear.sum()} of {len(clear)} queries are as far from no two points")
            if not clear.any():
                continue
            queries, query_labels = queries[clear], query_labels[clear]
            found = self.ours(train, labels, queries, query_labels, NEIGHBOURS)
            expected = pydvl(KNeighborsClassifier(NEIGHBOURS), train, labels, queries, query_labels)
            self.assertLess(numpy.abs(found - expected).max(), AGREEMENT, name)
            compared += len(queries)
        self.assertGreater(compared, 0)

    def test_values_agree_everywhere_once_pydvl_orders_ties_as_we_do(self):
        for name in oracle.DATA_SETS:
            train, labels, queries, query_labels, _ = oracle.points(name)
            found = self.ours(train, labels, queries, query_labels, NEIGHBOURS)
            expected = pydvl(InOrder(NEIGHBOURS), train, labels, queries, query_labels)
            self.assertLess(numpy.abs(found - expected).max(), AGREEMENT, name)
            plain = pydvl(KNeighborsClassifier(NEIGHBOURS), train, labels, queries, query_labels)
            print(f"{name}: its own order of ties moves a value by {numpy.abs(plain - expected).max():.2e} at most")

    def test_with_more_neighbours_than_points_only_ours_sums_to_what_the_game_is_worth(self):
        train, labels = numpy.array([[1], [2], [3]]), numpy.array([1, 0, 1])
        query, query_label = numpy.array([[0]]), numpy.array([1])
        found = self.ours(train, labels, query, query_label, 5)
        self.assertLess(numpy.abs(found - [1 / 5, 0, 1 / 5]).max(), AGREEMENT)
        published = pydvl(KNeighborsClassifier(5), train, labels, query, query_label)
        # Its farthest point is divided by N = 3 instead of max(N, K) = 5.
        self.assertLess(numpy.abs(published - found - (1 / 3 - 1 / 5)).max(), AGREEMENT)

    def test_wrong_labels_are_worth_least(self):
        for name in oracle.DATA_SETS:
            train, labels, queries, query_labels, wrong = oracle.points(name, flipped=0.2)
            scores = []
            for values in (
                self.ours(train, labels, queries, query_labels, NEIGHBOURS),
                pydvl(KNeighborsClassifier(NEIGHBOURS), train, labels, queries, query_labels),
            ):
                scores.append(roc_auc_score(wrong, -values))
            print(f"{name}: wrong labels found with AUROC {scores[0]:.3f}, by pyDVL {scores[1]:.3f}")
            self.assertGreater(scores[0], 0.5, name)
            self.assertAlmostEqual(scores[0], scores[1], delta=0.02, msg=name)


class Spans(unittest.TestCase):
    def test_counts_and_maximal_spans_equal_infini_grams(self):
        with tempfile.TemporaryDirectory() as folder:
            files, texts = oracle.write_texts(folder, os.environ["TRIBUTARY_DATA"], plays=FULL)
            engine, _ = oracle.infini_gram(folder, texts)
            outputs = oracle.questions(texts, 200 if FULL else 40, 2_000, seed=11)
            draw = random.Random(13)
            patterns = [b"Permission is hereby granted, free of charge"]
            for output in outputs * 5:
                start = draw.randrange(len(output))
                patterns.append(output[start : start + draw.randrange(1, 40)])
            asked = oracle.ask(folder, outputs, patterns)
            # All at once, and as texts arrive: several segments.
            for parts, segment in [(1, 2**28), (9, 2_000_000)]:
                found = oracle.ours(
                    "spans", files, f"{folder}/store-{parts}", asked, "--least", 12, "--parts", parts, "--segment", segment
                )
                self.assertEqual(found["text_bytes"], sum(map(len, texts)))
                self.assertEqual(found["segments"] > 1, parts > 1)
                for pattern, (occurrences, _) in zip(patterns, found["counts"]):
                    self.assertEqual(occurrences, engine.count(list(pattern))["count"], pattern)
                for output, spans in zip(outputs, found["spans"]):
                    self.assertEqual(spans, oracle.theirs(engine, output, 12))
            print(f"{len(texts)} texts, {found['text_bytes']} bytes; {len(patterns)} counts, {len(outputs)} answers")


class NearDuplicates(unittest.TestCase):
    """The same rule with datasketch's own hashing in place of ours."""

    WORD = re.compile("[0-9a-z\u00c0-\u1fff\u2070-\U0010ffff]+")
    THRESHOLD = 8  # of 10

    def shingles(self, text):
        # Only ASCII letters become small: str.lower would do more.
        lower = text.translate({upper: upper + 32 for upper in range(65, 91)})
        words = self.WORD.findall(lower)
        width = max(1, min(5, len(words)))
        return {" ".join(words[n : n + width]) for n in range(len(words) - width + 1)}

    def test_clusters_equal_those_that_datasketch_finds(self):
        with tempfile.TemporaryDirectory() as folder:
            files, texts = oracle.write_texts(folder, os.environ["TRIBUTARY_DATA"], plays=FULL)
            found = oracle.ours("clusters", files)
            sets = [self.shingles(text.decode()) for text in texts]
            near = MinHashLSH(num_perm=128, params=(32, 4))
            expected = []
            for number, words in enumerate(sets):
                hashed = MinHash(num_perm=128, seed=1)
                hashed.update_batch([word.encode() for word in words])
                earlier = sorted(near.query(hashed)) if words else []
                like = (other for other in earlier if 10 * len(words & sets[other]) >= self.THRESHOLD * len(words | sets[other]))
                twin = next(like, None)
                expected.append(number if twin is None else expected[twin])
                if words:
                    near.insert(number, hashed)
            self.assertEqual(found, expected)
            print(f"{len(texts)} texts make {len(set(found))} clusters, the same by the candidates of datasketch")
            self.assertLess(len(set(found)), len(texts))


if __name__ == "__main__":
    unittest.main()
