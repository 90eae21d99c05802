"""Benchmark of attribution: prints `name=value` lines. Ours and theirs run on the
same machine in the same run, over unique inputs, with results compared first;
start-up is left out on both sides. TEXT_MB sets the size of the corpus."""

import os
import random
import statistics
import tempfile
import time

import numpy
import oracle
from pydvl.valuation.dataset import Dataset
from pydvl.valuation.methods.knn_shapley import KNNShapleyValuation
from sklearn.neighbors import KNeighborsClassifier

TEXT_MB = int(os.environ.get("TEXT_MB", "200"))
VECTORS = 100_000
ANSWERS = 60
LEAST = 12


def say(name, value):
    print(f"{name}={value}", flush=True)


def declared():
    found = oracle.ours("events", "--count", 1_000_000)
    say("declared_events_per_s_core", int(found["events"] / found["seconds"]))


def similar(folder):
    train, labels, queries, query_labels, _ = oracle.points("digits")
    values, seconds = oracle.knn(folder, train, labels, queries, query_labels, 5)
    valuation = KNNShapleyValuation(
        KNeighborsClassifier(5), Dataset(queries.astype(float), query_labels), progress=False
    )
    data = Dataset(train.astype(float), labels)
    started = time.perf_counter()
    expected = valuation.fit(data).result.values
    baseline = time.perf_counter() - started
    # Tied distances stand in another order there: see tests/oracles/test_oracles.py.
    assert abs(values.sum() - expected.sum()) < 1e-9 and numpy.abs(values - expected).max() < 1e-3
    say("knn_pydvl_s", f"{baseline:.4f}")
    say("knn_ours_s", f"{seconds:.4f}")
    say("knn_speedup", f"{baseline / seconds:.1f}")


def nearest(folder):
    """The 65 nearest of 100,000 vectors of length 127, beside numpy's product of
    matrices in floats, which is exact for integers of this size."""
    generator = numpy.random.default_rng(23)

    def vectors(count):
        numbers = generator.normal(size=(count, 384))
        return numpy.rint(127 * numbers / numpy.linalg.norm(numbers, axis=1, keepdims=True)).astype(numpy.int8)

    registered, queries = vectors(VECTORS), vectors(ANSWERS)
    for name, numbers in [("vectors", registered), ("queries", queries)]:
        numbers.tofile(f"{folder}/{name}")
    found = oracle.ours("nearest", f"{folder}/vectors", f"{folder}/queries", "--most", 65)
    plain = registered.astype(numpy.float32)
    squares, latencies = (plain * plain).sum(axis=1), []
    for query, ours in zip(queries.astype(numpy.float32), found["found"]):
        started = time.perf_counter_ns()
        distances = squares - 2 * (plain @ query) + query @ query
        best = numpy.argpartition(distances, 65)[:65]
        latencies.append(time.perf_counter_ns() - started)
        assert sorted(distances[best]) == [distance for _, distance in ours], "the distances differ"
    ours_ms, theirs_ms = (statistics.median(each) / 1e6 for each in (found["nanoseconds"], latencies))
    say("nearest_vectors", VECTORS)
    say("nearest_ours_p50_ms", f"{ours_ms:.3f}")
    say("nearest_numpy_p50_ms", f"{theirs_ms:.3f}")
    say("nearest_ratio", f"{ours_ms / theirs_ms:.3f}")


def enlarge(files, texts, size):
    """Copies of the texts, a letter in about every 200 changed, up to a size."""
    generator = numpy.random.default_rng(5)
    total, copy = sum(map(len, texts)), 0
    while total < size:
        for number, text in enumerate(texts):
            if total >= size:
                break
            letters = numpy.frombuffer(text, dtype=numpy.uint8).copy()
            places = generator.integers(0, len(letters), len(letters) // 200)
            # Letters become letters, so that what was UTF-8 stays it.
            plain = places[(letters[places] >= 97) & (letters[places] <= 122)]
            letters[plain] = generator.integers(97, 123, len(plain))
            (files / f"z-{copy:03}-{number:04}.txt").write_bytes(letters.tobytes())
            total += len(letters)
        copy += 1
    return [path.read_bytes() for path in sorted(files.iterdir())]


def spans(folder):
    files, texts = oracle.write_texts(folder, os.environ["TRIBUTARY_DATA"])
    texts = enlarge(files, texts, TEXT_MB * 1_000_000)
    started = time.perf_counter()
    engine, baseline_bytes = oracle.infini_gram(folder, texts)
    baseline_build = time.perf_counter() - started
    outputs = oracle.questions(texts, ANSWERS, 8_192, seed=17)
    asked = oracle.ask(folder, outputs, random.Random(3).sample(outputs[0].split(), 20))
    found = oracle.ours("spans", files, f"{folder}/store", asked, "--least", LEAST)
    # Each answer once, its own first time; documents of rare spans only, which is
    # the least that infini-gram can be asked for.
    latencies = []
    for output in outputs:
        tokens = list(output)
        started = time.perf_counter_ns()
        engine.engine.attribute(input_ids=tokens, delim_ids=[], min_len=LEAST, max_cnt=1, enforce_bow=False)
        latencies.append(time.perf_counter_ns() - started)
    for output, ours in zip(outputs, found["spans"]):
        assert ours == oracle.theirs(engine, output, LEAST), "the spans differ"
    ours_ms, theirs_ms = (statistics.median(each) / 1e6 for each in (found["nanoseconds"], latencies))
    say("span_text_bytes", found["text_bytes"])
    say("span_build_s", f"{found['build_s']:.1f}")
    say("span_infini_gram_build_s", f"{baseline_build:.1f}")
    say("span_build_peak_bytes_per_byte", f"{found['build_peak_bytes'] / found['text_bytes']:.2f}")
    say("span_ours_p50_ms", f"{ours_ms:.3f}")
    say("span_infini_gram_p50_ms", f"{theirs_ms:.3f}")
    say("span_latency_ratio", f"{ours_ms / theirs_ms:.3f}")
    say("span_index_bytes_per_byte", f"{found['index_bytes'] / found['text_bytes']:.3f}")
    say("span_infini_gram_bytes_per_byte", f"{baseline_bytes / found['text_bytes']:.3f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=os.environ["TRIBUTARY_CACHE"]) as work:
        declared()
        similar(work)
        nearest(work)
        spans(work)
