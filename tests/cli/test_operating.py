"""status, doctor and schedule, as an operator and a monitor use them."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from analysis import pipeline
from analysis.cli.commands import tallybook
from analysis.errors import BadUsage
from analysis.home import Home
from analysis.pipeline.last import note, read_last, status
from analysis.schedule import FORMS, HOURS, Plan, hours
from tests.samples import make_home

NOW = datetime(2025, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(root, tmp_path):
    """Return a home with the story `ferry`, in a folder with a space and a percent sign."""
    return Home(make_home(tmp_path / "a 5% share", root / "notebooks"))


def call(home, *words):
    """Run a command here; return exit code and output."""
    done = CliRunner(env={"TALLYBOOK_HOME": str(home.root)}).invoke(
        tallybook, words, standalone_mode=False
    )
    return done.return_value, done.output, done.exception


@pytest.mark.parametrize(
    ("hours_ago", "code", "stale"),
    [((), 0, True), ((1, 0), 0, False), ((7, 0), 0, True), ((1, 3), 3, False), ((1, 1), 1, True)],
)
def test_only_the_last_good_build_counts_for_the_age(home, hours_ago, code, stale):
    """Failed tries do not make a story fresh; what was refused does not make it old."""
    if hours_ago:
        note(home, "ferry", NOW - timedelta(hours=hours_ago[0]), hours_ago[1], "why")
    found = status(home, "ferry", NOW, timedelta(hours=6))
    assert found.stale is stale
    assert found.exit_code == (5 if stale else 0)
    assert status(home, "ferry", NOW).exit_code == 0
    assert (f"exit code {code}" in " ".join(found.lines())) is bool(code)


def test_a_failed_try_keeps_the_moment_of_the_last_good_one(home):
    """Both are told."""
    note(home, "ferry", NOW - timedelta(hours=9), 0)
    note(home, "ferry", NOW - timedelta(hours=1), 1, "the disk is full")
    shown = "\n".join(status(home, "ferry", NOW, timedelta(hours=6)).lines())
    assert "last good build 9 h ago" in shown
    assert "exit code 1: the disk is full" in shown
    assert "stale" in shown


def test_each_build_leaves_a_note_of_how_it_ended(home, monkeypatch):
    """Good, with nothing new, and failed; a dry run and another day leave none."""
    stories = home.story("ferry") / "story.toml"
    stories.write_text(stories.read_text().partition("[[reports]]")[0] + REPORT)
    (home.notebooks / "tiny.ipynb").write_text(json.dumps(TINY))
    pipeline.build(home, "ferry", now=NOW, dry_run=True)
    assert read_last(home, "ferry") is None
    for hour in (1, 2):
        pipeline.build(home, "ferry", now=NOW + timedelta(hours=hour))
        assert read_last(home, "ferry").done == f"2025-04-01T{12 + hour}:00:00Z"
    stories.write_text("titel = 1")
    with pytest.raises(pipeline.TallybookError):
        pipeline.build(home, "ferry", now=NOW + timedelta(hours=3))
    last = read_last(home, "ferry")
    assert (last.tried[11:13], last.done[11:13], last.code) == ("15", "14", 2)
    assert status(home, "ferry", NOW + timedelta(hours=3)).changed


def test_a_report_that_fails_alarms_a_monitor(home):
    """Until a build in which none does; meanwhile no build says that nothing is new."""
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text().partition("[[reports]]")[0] + REPORT)
    tiny = home.notebooks / "tiny.ipynb"
    bad = json.loads(json.dumps(TINY))
    bad["cells"].append({**TINY["cells"][0], "id": "bad", "metadata": {}, "source": "1 / 0"})
    for hour, (book, code) in enumerate(((TINY, 0), (bad, 3), (bad, 3), (TINY, 0))):
        tiny.write_text(json.dumps(book))
        summary = pipeline.build(home, "ferry", now=NOW + timedelta(hours=hour))
        found = status(home, "ferry", NOW + timedelta(hours=hour), timedelta(hours=6))
        assert (summary.exit_code, found.exit_code) == (code, code)
        said = "\n".join(summary.lines())
        assert ("1 report failed; 0 reports up to date" in said) is bool(code)
        assert ("nothing new" in said) is (hour == 3)
        assert ("1 report failed in it" in "\n".join(found.lines())) is bool(code)


REPORT = '[[reports]]\nnotebook = "tiny"\n'
TINY = {
    "cells": [
        {
            "cell_type": "code",
            "id": "parameters",
            "metadata": {"tags": ["parameters"]},
            "source": 'story: str = "ferry"  # the story',
            "outputs": [],
            "execution_count": None,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", '{"tried": "x", "done": null, "code": 0}']
)
def test_half_a_note_is_none(home, content):
    """A damaged file counts as never built: a monitor hears of it."""
    home.figures("ferry").mkdir(parents=True)
    (home.figures("ferry") / "last-build.json").write_text(content)
    assert status(home, "ferry", NOW, timedelta(hours=6)).exit_code == 5


def test_status_speaks_to_people_and_to_monitors(home):
    """The exit code alone is enough."""
    code, shown, _ = call(home, "status", "ferry", "--max-age", "6h")
    assert (code, "never built" in shown) == (5, True)
    _, shown, _ = call(home, "status", "ferry", "--json")
    assert json.loads(shown) == {
        "story": "ferry", "last": None, "age_seconds": None, "stale": False, "changed": False,
        "exit_code": 0,
    }  # fmt: skip


@pytest.mark.parametrize("length", ["6", "6 h", "h", "-1h", "6h!", ""])
def test_a_length_of_time_is_not_guessed(home, length):
    """The forms that are taken are named."""
    _, _, fault = call(home, "status", "ferry", "--max-age", length)
    assert "write it as 90m, 6h or 2d" in str(fault)


def test_doctor_finds_a_sound_machine_sound_and_names_what_is_not(home):
    """Each thing on a line, with what to do."""
    code, shown, _ = call(home, "doctor")
    lines = shown.splitlines()
    assert not [line for line in lines if line.startswith("BAD") and "figures" not in line]
    assert {"Python", "packages", "kernel", "project", "story ferry"} <= {
        line[4:].partition(":")[0] for line in lines
    }
    (home.story("ferry") / "story.toml").write_text("titel = 1")
    home.figures("ferry").mkdir(parents=True)
    code, shown, _ = call(home, "doctor", "--json")
    assert code == 1
    [bad] = [f for f in map(json.loads, shown.splitlines()) if f["what"] == "story ferry"]
    assert bad["state"] == "BAD"
    assert "titel" in bad["said"]


def test_doctor_names_a_damaged_ledger(home):
    """Before a build finds out."""
    home.figures("ferry").mkdir(parents=True)
    home.ledger("ferry").write_bytes(b"no ledger " * 400)
    code, shown, _ = call(home, "doctor")
    assert code == 1
    assert re.search(r"BAD ledger ferry: .*cannot be used", shown)


def plan(home, command="/usr/bin/tallybook", **more):
    """Return what to print."""
    return Plan(**{"story": "ferry", "root": home.root, "command": Path(command), "every": 6,
                   "max_age": 18, "feeds": True} | more)  # fmt: skip


def test_the_minute_is_odd_no_busy_one_and_stays(home):
    """Not the minute at which all the world's jobs begin."""
    minutes = {Plan(str(n), home.root, Path("t"), 1, 3, feeds=False).minute for n in range(300)}
    assert len(minutes) > 15
    assert all(minute % 2 and minute % 5 and 0 < minute < 60 for minute in minutes)
    assert plan(home).minute == plan(home).minute


def test_the_lines_for_cron_run_in_a_shell(home, tmp_path):
    """As cron would: with signs escaped, from a folder with a space in its name."""
    tool = tmp_path / "bin dir" / "tallybook"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\necho "$PWD: $*" >>"$CALLS"\ntest "$1" != status\n')
    tool.chmod(0o755)
    (home.root / "figures").mkdir()
    lines = [ln for ln in FORMS["cron"](plan(home, tool)).splitlines() if not ln.startswith("#")]
    calls, said = tmp_path / "calls", []
    for line in lines:
        when, _, command = line.partition("  ")
        assert re.fullmatch(r"@reboot|\d+ (\*/6|\*) \* \* \*", when)
        assert not re.search(r"(?<!\\)%", command)  # cron would end the command there
        command = command.replace(r"\%", "%").replace("sleep 120", "true")
        done = subprocess.run(
            ["sh", "-c", command], env=os.environ | {"CALLS": str(calls)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        said.append(done.stdout)
    asked = [
        "fetch ferry",
        "build ferry",
        "status ferry --max-age 18h",
        "fetch ferry",
        "build ferry",
    ]
    assert calls.read_text().splitlines() == [f"{home.root}: {words}" for words in asked]
    assert [bool(text) for text in said] == [False, True, False]  # only the warning is mailed


@pytest.mark.parametrize("every", HOURS)
def test_the_units_are_taken_by_systemd(home, tmp_path, every):
    """Where its own checker is installed; and they make up for missed runs."""
    text = FORMS["systemd"](plan(home, shutil.which("true"), every=every, max_age=99))
    parts = re.split(r"^# ---- (\S+)\n", text, flags=re.MULTILINE)
    units = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert len(units) == 4
    assert "Persistent=true" in units["tallybook-ferry.timer"]
    assert "SuccessExitStatus=4\n" in units["tallybook-ferry.service"]
    if every == 6 and (checker := shutil.which("systemd-analyze")):
        for name, unit in units.items():
            (tmp_path / name).write_text(unit)
        done = subprocess.run(
            [checker, "verify", "--man=no", *(str(tmp_path / name) for name in units)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "ferry" not in done.stderr, done.stderr


def test_the_workflow_is_yaml_that_keeps_the_ledger(home):
    """Restored before the build, saved after it even where something was refused."""
    text = FORMS["github"](plan(home))
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"] == [{"cron": f"{plan(home).minute} */6 * * *"}]
    assert workflow["concurrency"]["cancel-in-progress"] is False
    steps = workflow["jobs"]["build"]["steps"]
    used = [step.get("uses", step.get("name", step.get("run", ""))) for step in steps]
    order = [used.index(name) for name in
             ("actions/cache/restore@v4", "build", "actions/cache/save@v4")]  # fmt: skip
    assert order == sorted(order)
    assert steps[order[-1]]["if"] == "always()"


@pytest.mark.parametrize("text", ["5h", "6", "0h", "25h", "h", "six"])
def test_only_what_divides_a_day_is_taken(text):
    """Counting starts counting anew at midnight."""
    with pytest.raises(BadUsage, match="is not one of 1h, 2h"):
        hours(text)


def test_a_warning_at_every_run_is_refused(home):
    """Nobody would read it."""
    _, _, fault = call(home, "schedule", "cron", "ferry", "--every", "6h", "--max-age", "6")
    assert "must be more than" in str(fault)
    _, shown, _ = call(home, "schedule", "cron", "ferry")
    assert "--max-age 3h" in shown
    assert "fetch" not in shown  # the story has no feeds


def test_how_often_is_taken_from_the_story_where_it_is_not_said(home):
    """So that the pages say of themselves what the clock does."""
    file = home.story("ferry") / "story.toml"
    file.write_text('every = "8h"\n' + file.read_text("utf-8"), "utf-8")
    assert " */8 * * *" in call(home, "schedule", "cron", "ferry")[1]
    assert " */2 * * *" in call(home, "schedule", "cron", "ferry", "--every", "2h")[1]
    file.write_text(file.read_text("utf-8").replace("8h", "7h"), "utf-8")
    assert "every" in str(call(home, "schedule", "cron", "ferry")[2])
