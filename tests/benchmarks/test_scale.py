"""What size costs: documents a second on one and two processes and on a cluster, memory, growth.

TALLYBOOK_SCALE sets the number of documents (100,000; a million is 3 GB), TALLYBOOK_SCALE_CLAIMS
the claims of the larger story (20,000). The table of growth and its drawing are written to
figures/scale/.
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.corpus import articles
from tests.conftest import ROOT
from tests.dask_machines import Machines, peak_memory
from tests.samples import make_home

COUNT = int(os.environ.get("TALLYBOOK_SCALE", "100000"))
CLAIMS = int(os.environ.get("TALLYBOOK_SCALE_CLAIMS", "20000"))
MOST_MEMORY = 400  # MB a process
DISTINCT = 5_000
LONG = 300_000  # documents from which the start of processes no longer decides a ratio


def write_corpus(path, count):
    """Write a file of articles of the usual 3 KB, of which three in a hundred hold a toll."""
    held = [json.dumps(text)[1:] for text in articles(min(DISTINCT, count), 0.03)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = held[number % len(held)]
            file.write(f'{{"id": "{number}", "text": "Report {number}. {text}}}\n')
    return path


class Run:
    """One call of `tallybook` that was measured: seconds, peak MB of a process, hash of output."""

    def __init__(self, *arguments):
        """Run it to its end, its output to a file."""
        started = time.monotonic()
        with Path(os.devnull).open("wb") as nowhere:
            process = subprocess.Popen(
                [sys.executable, "-m", "analysis", *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=nowhere,
            )
        found = hashlib.sha256()
        self.peak = 0.0
        while piece := process.stdout.read1(1 << 20):
            found.update(piece)
            self.peak = max(self.peak, peak_memory(process.pid) or 0.0)
        process.stdout.close()
        assert process.wait() == 0
        self.seconds = time.monotonic() - started
        self.hash = found.hexdigest()


@contextmanager
def two_workers(folder):
    """Yield the address of a cluster of two workers, and a function for their peak memory."""
    machines = Machines(folder)
    try:
        for _ in range(2):
            machines.add_worker()
        machines.wait_for_workers(2)
        yield machines
    finally:
        machines.stop()


def test_documents_a_second_and_memory(tmp_path):
    """One process, two, and a cluster of two workers: the same bytes, in flat memory."""
    pytest.importorskip("distributed")
    small = write_corpus(tmp_path / "small.jsonl", COUNT // 10)
    large = write_corpus(tmp_path / "large.jsonl", COUNT)
    size = large.stat().st_size / 1e6
    options = ("--format", "jsonl")
    runs = {"one process, a tenth": Run("extract", small, *options)}
    runs["one process"] = Run("extract", large, *options)
    runs["two processes"] = Run("extract", large, *options, "--jobs", 2)
    with two_workers(tmp_path) as machines:
        runs["cluster of two"] = Run("extract", large, *options, "--scheduler", machines.address)
        worker_peak = machines.peak_memory()
    print(f"\n{COUNT:,} documents, {size:,.0f} MB; load {os.getloadavg()[0]:.1f}")
    for name, run in runs.items():
        count = COUNT // 10 if "tenth" in name else COUNT
        print(
            f"  {name:22} {count / run.seconds:9,.0f} documents/s  {run.seconds:7.1f} s"
            f"  peak {run.peak:4.0f} MB a process"
        )
    print(f"  {'a worker':22} peak {worker_peak:4.0f} MB")
    one, two, cluster = runs["one process"], runs["two processes"], runs["cluster of two"]
    print(f"  two processes: x{one.seconds / two.seconds:.2f} of one")
    print(f"  cluster of two: x{two.seconds / cluster.seconds:.2f} of two processes")
    assert one.hash == two.hash == cluster.hash
    assert max(*(run.peak for run in runs.values()), worker_peak) < MOST_MEMORY
    if COUNT >= LONG:
        assert one.seconds / two.seconds >= 1.8
        assert two.seconds / cluster.seconds >= 0.8
    assert one.peak < runs["one process, a tenth"].peak * 1.2 + 20


def story_of(folder, claims):
    """Make a home whose story has a table of so many claims of eight sources."""
    home = make_home(folder, ROOT / "notebooks", ("overview", "source", "evidence", "method"))
    story = home / "notebooks/stories/ferry"
    text = (story / "story.toml").read_text("utf-8")
    extra = "".join(f'\n[[sources]]\nname = "Office {n}"\nkind = "government"\n' for n in range(8))
    more = '\n[[tables]]\nfile = "rows.csv"\n\n[[reports]]\nnotebook = "evidence"\n\n[[reports]]\nnotebook = "method"\n'
    (story / "story.toml").write_text(text + extra + more, "utf-8")
    with (story / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "reported_on",
                "source",
                "outlet",
                "url",
                "victims",
                "category",
                "low",
                "high",
                "qualifier",
                "scope",
                "note",
            ]
        )
        for number in range(claims):
            day = f"{2015 + number // 8 % 3650 // 365}-{number // 8 % 12 + 1:02}-{number // 96 % 28 + 1:02}"
            source, low = f"Office {number % 8}", 100 + number // 8
            rows.writerow(
                [day, source, "Example Post", f"https://news.example/{number}", "passengers",
                 ("killed", "wounded")[number // 4 % 2], low, low, "exact", "event", f"Row {number}"]
            )  # fmt: skip
    return home


def measured(home, *arguments):
    """Return the seconds of a call on a home."""
    environment = os.environ | {"TALLYBOOK_HOME": str(home)}
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.monotonic() - started


def test_growth_with_ten_times_the_claims(tmp_path):
    """Build, plan and pages cost at most ten times as much."""
    table = []
    for claims in (CLAIMS // 10, CLAIMS // 3, CLAIMS):
        home = story_of(tmp_path / str(claims), claims)
        build = measured(home, "build", "ferry")
        plan = measured(home, "build", "ferry", "--dry-run")
        pages = sum(
            path.stat().st_size
            for path in (home / "figures/ferry/pages").rglob("*.html")
            if path.is_file()
        )
        table.append({"claims": claims, "build_s": build, "plan_s": plan, "pages_mb": pages / 1e6})
        print("\n  " + "  ".join(f"{name} {value:,.1f}" for name, value in table[-1].items()))
    first, last = table[0], table[-1]
    growth = {name: last[name] / first[name] for name in first}
    print("  growth " + "  ".join(f"{name} x{value:.1f}" for name, value in growth.items()))
    draw(table)
    assert max(growth.values()) <= growth["claims"] * 1.05


def draw(table):
    """Write the table and its drawing to figures/scale/."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    folder = ROOT / "figures" / "scale"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "growth.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        rows.writeheader()
        rows.writerows({k: round(v, 2) for k, v in row.items()} for row in table)
    mpl.rcParams["svg.hashsalt"] = "scale"
    figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
    titles = {"build_s": "Build, seconds", "plan_s": "Plan, seconds", "pages_mb": "Pages, MB"}
    claims = [row["claims"] for row in table]
    for axis, (name, title) in zip(axes, titles.items(), strict=True):
        axis.plot(claims, [row[name] for row in table], marker="o", color="#0b5c7a")
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_xlabel("claims")
        axis.set_xlim(left=0)
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(folder / "growth.svg", metadata={"Date": None})
    plt.close(figure)


def test_pages_a_second_from_html():
    """What it costs to find the article in a page of 60 KB, by the library that does it."""
    import trafilatura

    menu = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(600))
    frame = "<html><head><title>A</title></head><body><nav><ul>{menu}</ul></nav><article><h1>T</h1>{text}</article><footer><ul>{menu}</ul></footer></body></html>"
    pages = [
        frame.format(menu=menu, text="".join(f"<p>{s}.</p>" for s in text.split(". ")))
        for text in articles(60, 0.03)
    ]
    trafilatura.extract(pages[0])
    started = time.process_time()
    for page in pages:
        trafilatura.extract(page)
    spent = (time.process_time() - started) / len(pages)
    size = sum(map(len, pages)) / len(pages) / 1e3
    print(f"\n  {1 / spent:,.0f} pages/s on one core, pages of {size:.0f} KB")


@pytest.mark.parametrize("count", [5_000, 20_000])
def test_a_build_that_reads_many_documents(tmp_path, count):
    """What a build holds and the ledger keeps for each document."""
    home = make_home(tmp_path, ROOT / "notebooks")
    write_corpus(home / "notebooks/stories/ferry/documents/news.jsonl", count)
    started, peak = time.monotonic(), 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", "ferry"],
        env=os.environ | {"TALLYBOOK_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as build:
        while build.poll() is None:
            peak = max(peak, peak_memory(build.pid) or 0.0)
            time.sleep(0.1)
    ledger = (home / "figures/ferry/ledger.sqlite").stat().st_size / 1e6
    spent = time.monotonic() - started
    print(f"\n  {count:,} documents: {spent:.0f} s, peak {peak:.0f} MB, ledger {ledger:.0f} MB")
    assert build.returncode == 0
