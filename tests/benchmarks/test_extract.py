"""Speed of the extractor, as a ratio to one `bytes.count` pass over the same text in the same run.

CPU time, medians, both sides alternating. TALLYBOOK_NEWS may name a .jsonl.gz file of general
news (objects with `text`) to measure on that too.
"""

import gzip
import json
import os
import statistics
import time
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

import pytest

from analysis.extract import read
from analysis.extract.gate import gate
from analysis.model import Document
from tests.benchmarks.corpus import articles

ROUNDS = 7


def seconds(work):
    """Return the CPU seconds of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def compare(name, texts):
    """Print speed of gate and extractor against `bytes.count`."""
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    joined = "\n\n".join(texts).encode()
    event = gate("en").event
    sides = {
        "bytes.count": lambda: joined.count(b"\xff\xfe"),
        "gate": lambda: sum(1 for _ in event.finditer(joined)),
        "end to end": lambda: [read(document) for document in documents],
    }
    for work in sides.values():
        work()
    times = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, work in sides.items():
            times[side].append(seconds(work))
    base = statistics.median(times["bytes.count"])
    print(f"\n{name}: {len(texts):,} texts, {len(joined) / 1e6:.1f} MB")
    for side in sides:
        median = statistics.median(times[side])
        print(f"  {side:12} {len(joined) / 1e6 / median:8.0f} MB/s   1/{median / base:.1f}")


def news():
    """Return the texts of the file that TALLYBOOK_NEWS names (.jsonl.gz with `text`), or none."""
    path = os.environ.get("TALLYBOOK_NEWS")
    if not path:
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def test_speed():
    """On articles of which three in a hundred hold a figure, and on news where it is at hand."""
    compare("synthetic, 3 %", articles(5_000, 0.03))
    if texts := news():
        compare("general news", texts)


def test_field():
    """Against the tokenizer of spaCy and the parser of quantulum3, where these are installed."""
    texts = news() or articles(2_000, 0.03)
    sides = {"ours": (lambda text: read(Document("d", text)), texts)}
    if find_spec("spacy"):
        sides["spaCy, blank tokenizer"] = (import_module("spacy").blank("en"), texts[::5])
    if find_spec("quantulum3"):
        sides["quantulum3"] = (import_module("quantulum3.parser").parse, texts[::400])
    speeds = {}
    for side, (work, some) in sides.items():
        work(some[0])
        spent = [seconds(lambda w=work, s=some: [w(text) for text in s]) for _ in range(3)]
        speeds[side] = sum(map(len, some)) / statistics.median(spent)
    for side, speed in speeds.items():
        print(f"\n  {side:24} {speed / 1e6:8.3f} MB/s   x{speeds['ours'] / speed:.0f}")


@pytest.mark.parametrize("piece", ["9", "A", "“", "twelve ", "12 killed and ", "at least "])
def test_hostile_repeats(piece):
    """Eight times the text takes about eight times as long."""
    times = []
    for count in (15_000, 30_000, 60_000):
        document = Document("d", piece * count)
        times.append(statistics.median(seconds(lambda d=document: read(d)) for _ in range(3)))
    growth = [b / max(a, 1e-4) for a, b in pairwise(times)]
    print(
        f"\n{piece!r}: " + ", ".join(f"{t * 1e3:.1f} ms" for t in times) + f"; x{max(growth):.1f}"
    )
