"""A real scheduler and two real workers on loopback: the same result, whatever dies."""

import json
import os
import signal
import subprocess
import sys

import pytest

from analysis import cluster
from analysis.errors import ClusterFault, TallybookError
from analysis.workers import in_order
from tests.benchmarks.corpus import articles
from tests.calling import run_here
from tests.dask_machines import Machines, end
from tests.samples import make_home

pytest.importorskip("distributed", reason="extra `cluster` is not installed")


@pytest.fixture
def machines(tmp_path_factory):
    """Return a scheduler with two workers."""
    found = Machines(tmp_path_factory.mktemp("cluster"))
    try:
        found.add_worker()
        found.add_worker()
        found.wait_for_workers(2)
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Return a file of some 45 MB of articles, of which a tenth holds a toll."""
    path = tmp_path_factory.mktemp("corpus") / "articles.jsonl"
    lines = [json.dumps({"id": str(n), "text": t}) for n, t in enumerate(articles(3_000, 0.1) * 5)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def command(*arguments, home=None):
    """Return the arguments and environment of a call of `tallybook`."""
    environment = dict(os.environ)
    if home is not None:
        environment["TALLYBOOK_HOME"] = str(home)
    return [sys.executable, "-m", "analysis", *map(str, arguments)], environment


def call(*arguments, home=None):
    """Run `tallybook` to its end."""
    words, environment = command(*arguments, home=home)
    done = subprocess.run(words, env=environment, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.fixture(scope="module")
def expected(corpus):
    """Return what one process makes of the corpus."""
    return call("extract", corpus, "--format", "jsonl").stdout


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(machines, corpus, expected):
    """The cluster gives byte for byte what one process gives, and loses no line."""
    words, environment = command(
        "extract", corpus, "--format", "jsonl", "--scheduler", machines.address
    )
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as running:
        first = running.stdout.readline()  # work is under way
        end(machines.workers[0])
        rest, complaints = running.communicate(timeout=120)
    assert running.returncode == 0, complaints.decode()
    assert first + rest == expected


def test_a_scheduler_that_dies_ends_the_run_with_a_message(machines, corpus):
    """Nobody waits for ever, and the message says what to do."""
    words, environment = command(
        "extract", corpus, "--format", "jsonl", "--scheduler", machines.address
    )
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as running:
        running.stdout.readline()
        for worker in machines.workers:
            os.killpg(worker.pid, signal.SIGSTOP)  # so that work is left when the scheduler dies
        end(machines.scheduler)
        _, complaints = running.communicate(timeout=60)
    assert running.returncode == 1
    assert b"Traceback" not in complaints
    assert "nothing is lost, run again" in complaints.decode()


def story_of_many(folder, root):
    """Make a home whose story has some more documents than the sample."""
    home = make_home(folder, root / "notebooks")
    for n in range(60):
        text = f"---\npublished: 2025-03-{n % 28 + 1:02}\n---\nThe coastguard said {n + 5} people died.\n"
        path = home / "notebooks/stories/ferry/documents" / f"more-{n:03}.txt"
        path.write_text(text, "utf-8")
        os.utime(path, (0, 0))  # one that was just written would wait, as it may still grow
    return home


def made(home):
    """Return what a build made: its claims without their moments, the names of pages, the charts."""
    rows = run_here(home, "claims", "ferry", "--format", "jsonl")[1].splitlines()
    claims = [{**json.loads(row), "known_at": None} for row in rows]
    pages = {path.name for path in (home / "figures/ferry/pages").glob("*.html")}
    charts = {p.name: p.read_bytes() for p in (home / "figures/ferry/charts").iterdir()}
    assert len(claims) > 60
    assert {"index.html", "overview.html"} <= pages
    return claims, pages, charts


@pytest.fixture(scope="module")
def alone(root, tmp_path_factory):
    """Return what a build without a cluster makes."""
    home = story_of_many(tmp_path_factory.mktemp("alone"), root)
    assert run_here(home, "build", "ferry")[0] == 0
    return made(home)


def test_a_build_on_the_cluster_is_the_build_of_one_machine(machines, root, tmp_path, alone):
    """Documents are read and notebooks run by the workers; the claims and pages are the same."""
    home = story_of_many(tmp_path, root)
    done = call("build", "ferry", "--scheduler", machines.address, home=home)
    assert done.returncode == 0, done.stderr.decode()
    assert made(home) == alone


@pytest.mark.parametrize("stage", ["reading documents", "running notebooks"])
def test_a_worker_that_is_killed_during_a_build_changes_nothing(
    machines, root, tmp_path, alone, stage
):
    """Whatever it was at work on is done by the other; claims and charts are the same."""
    home = story_of_many(tmp_path, root)
    words, environment = command("build", "ferry", "--scheduler", machines.address, home=home)
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        told = []
        for line in running.stderr:
            told.append(line)
            if line.startswith(stage):
                end(machines.workers[0])
                break
        said, rest = running.communicate(timeout=180)
    assert running.returncode == 0, "".join(told) + rest
    assert "3 reports ran" in said
    assert made(home) == alone


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler answers at tcp://127.0.0.1:9"),
        ("127.0.0.1:8786", "write it as tcp://127.0.0.1:8786"),
    ],
)
def test_an_address_where_nobody_is(monkeypatch, address, said):
    """One line that says what to do, before anything is read."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(TallybookError, match=said), cluster.connect(address):
        pass


def test_a_cluster_without_workers_says_so(monkeypatch, tmp_path):
    """The message holds the command that starts one."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    machines = Machines(tmp_path)
    try:
        with (
            pytest.raises(ClusterFault, match=f"dask worker {machines.address}"),
            cluster.connect(machines.address),
        ):
            pass
    finally:
        machines.stop()


def test_work_that_kills_every_worker_is_given_up_and_the_rest_goes_on(tmp_path):
    """Four workers are lost to it; the fifth task is done all the same."""
    machines = Machines(tmp_path)
    try:
        machines.add_worker(nanny=True)
        machines.wait_for_workers(1)
        with cluster.connect(machines.address) as executor:
            assert list(in_order(len, ["abc"], executor)) == [("abc", 3)]
            assert list(in_order(os._exit, [1], executor)) == [(1, None)]
            assert list(in_order(len, ["abcd"], executor)) == [("abcd", 4)]
    finally:
        machines.stop()


def test_workers_that_do_not_see_the_folder_are_named(machines, tmp_path):
    """Reports run in a folder that all machines share, or not at all."""
    with cluster.connect(machines.address) as executor:
        executor.check_folder(tmp_path)
        assert list(tmp_path.iterdir()) == []
        executor._client.run = lambda *_: {"tcp://10.0.0.7:1": None}
        with pytest.raises(ClusterFault, match="does not see"):
            executor.check_folder(tmp_path)


def test_a_scheduler_that_answers_no_more_is_given_up(machines, monkeypatch):
    """It may be alive and stuck: its silence is enough."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(cluster, "SILENT_SECONDS", 1.0)
    with cluster.connect(machines.address) as executor:
        os.killpg(machines.scheduler.pid, signal.SIGSTOP)
        with pytest.raises(ClusterFault, match="no longer answers"):
            executor.submit(len, "abc").result(timeout=30)
