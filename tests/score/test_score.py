"""Precision and recall on the hand-checked passages, with a floor: `make score`."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

from analysis.extract import read
from analysis.model import Document
from tests.score.tables import table

HERE = Path(__file__).parent
GOLD = HERE / "gold-dev.jsonl"
FLOOR = {"number+category": 0.95, "+low+high": 0.93, "+qualifier": 0.91}
SOURCE_FLOOR, FALSE_PER_HUNDRED = 0.88, 1.0


def test_the_score_does_not_fall_below_its_floor(tmp_path):
    """The table is printed; the last line of the scorer is what is held to the floor."""
    predictions = tmp_path / "predictions.jsonl"
    passages, found = [], {}
    with predictions.open("w", encoding="utf-8") as file:
        for line in GOLD.read_text("utf-8").splitlines():
            passage = json.loads(line)
            day = passage["published"] if len(passage["published"] or "") == 10 else None
            reading = read(Document(passage["id"], passage["text"], published=day))
            figures = [
                {
                    "category": c.category,
                    "low": c.low,
                    "high": c.high,
                    "qualifier": c.qualifier,
                    "source": c.source_text,
                    "span": [c.start, c.end],
                    "status": c.status,
                    "scope": c.scope,
                }
                for c in reading.claims
            ]
            passages.append(passage)
            found[passage["id"]] = figures
            file.write(json.dumps({"id": passage["id"], "figures": figures}) + "\n")
    command = [sys.executable, HERE / "score.py", "--gold", GOLD, "--pred", predictions]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print("\n" + shown.rpartition("\n{")[0])
    print("\n".join(table(passages, found)))
    empty = [p for p in passages if not p["figures"] and not p.get("ignore")]
    false = sum(len(found[p["id"]]) for p in empty)
    size = sum(len(p["text"].encode()) for p in empty)
    print(f"figures in {size / 1e6:.3f} MB of passages without any: {false}")
    for text in news():  # to be read by eye: general news has no labels
        for claim in read(Document("d", text)).claims:
            print(f"  {claim.category} {claim.number_text}: {' '.join(claim.quote.split())[:150]}")
    result = json.loads(shown.strip().splitlines()[-1])
    for name, floor in FLOOR.items():
        assert result[name]["f1"] >= floor, name
    assert result["source_accuracy"] >= SOURCE_FLOOR
    assert result["fp_per_100_figure_free"] <= FALSE_PER_HUNDRED


def news():
    """Return the texts of the file that TALLYBOOK_NEWS names (.jsonl.gz with `text`), or none."""
    path = os.environ.get("TALLYBOOK_NEWS")
    if not path:
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]
