"""Speed of the extractor, as a ratio to one `bytes.count` pass over the same text in the same run.

CPU time, medians, both sides alternating. TALLYBOOK_NEWS may name a .jsonl or .jsonl.gz file of
general news (objects with `text`) to measure on that too.
"""

import gzip
import json
import os
import statistics
import time
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


def test_synthetic_corpus():
    """Three articles in a hundred hold a figure."""
    compare("synthetic, 3 %", articles(5_000, 0.03))


def test_general_news():
    """Real prose, where a file of it is at hand."""
    path = os.environ.get("TALLYBOOK_NEWS")
    if not path:
        pytest.skip("TALLYBOOK_NEWS names no file of news")
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    compare("general news", texts)
    claims = sum(len(read(Document("d", text)).claims) for text in texts)
    print(f"  {claims} figures found")


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
