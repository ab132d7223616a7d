"""Units that run a build by the clock: for cron, for systemd, and for GitHub Actions.

Each runs at a minute of its own, since the whole world's jobs start on the hour; relies on the
build's own lock; checks that builds still happen; and makes up for runs that were missed.
"""

import hashlib
import shlex
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import BadUsage

HOURS = (1, 2, 3, 4, 6, 8, 12, 24)  # those that divide a day, which is how cron counts


@dataclass(frozen=True)
class Plan:
    """What runs when: a story of the project in `root`, by a `tallybook`, every so many hours.

    `feeds` says whether its feeds are read first; builds that are older than `max_age` hours are
    reported.
    """

    story: str
    root: Path
    command: Path
    every: int
    max_age: int
    feeds: bool

    @property
    def minute(self) -> int:
        """An odd minute that is the same for the same story and folder, and no busy one."""
        free = [minute for minute in range(1, 60, 2) if minute % 5]
        return free[hashlib.sha256(f"{self.root}/{self.story}".encode()).digest()[0] % len(free)]

    @property
    def hours(self) -> str:
        """The hours as cron writes them."""
        return {1: "*", 24: "5"}.get(self.every, f"*/{self.every}")


def cron(plan: Plan) -> str:
    """Return lines for `crontab -e`."""

    def line(when: str, command: str) -> str:
        return f"{when}  {command}".replace("%", r"\%")  # which cron takes for a line's end

    go = f"cd {shlex.quote(str(plan.root))} && "
    name, log = shlex.quote(str(plan.command)), f">> figures/{plan.story}.log 2>&1"
    first = f"{name} fetch {plan.story} {log}; " if plan.feeds else ""
    run = f"{go}{{ {first}{name} build {plan.story} {log}; }}"
    check = f"{go}{name} status {plan.story} --max-age {plan.max_age}h >/dev/null"
    late = f"{plan.story}: no good build for {plan.max_age} hours, see figures/{plan.story}.log"
    warn = f'|| echo "{late}"'
    later = (plan.minute + 30) % 60
    return "\n".join(
        [
            f"# {plan.story}: add with `crontab -e`. Two runs never overlap: the build has a lock.",
            "# What the second line prints, cron sends by mail: builds fail or no longer happen.",
            "# The third makes up for runs that were missed while the machine was off.",
            line(f"{plan.minute} {plan.hours} * * *", run),
            line(f"{later} * * * *", f"{check} {warn}"),
            line("@reboot", f"sleep 120; {run}"),
            "",
        ]
    )


def systemd(plan: Plan) -> str:
    """Return four units, each under the name of its file, and how to put them in place."""
    name = f"tallybook-{plan.story}"
    command, root = _quoted(plan.command), str(plan.root).replace("%", "%%")
    fetch = f"ExecStartPre=-{command} fetch {plan.story}\n" if plan.feeds else ""
    when = {1: "*", 24: "05"}.get(plan.every, f"0/{plan.every}")
    return f"""\
# Save the four parts under their names in ~/.config/systemd/user/, then:
#   systemctl --user daemon-reload
#   systemctl --user enable --now {name}.timer {name}-check.timer
#   loginctl enable-linger    # so that they run while nobody is logged in
# `journalctl --user -u {name}` shows the runs.

# ---- {name}.service
[Unit]
Description=Tallybook: build {plan.story}

[Service]
Type=oneshot
WorkingDirectory={root}
{fetch}ExecStart={command} build {plan.story}
# 4: another run holds the lock. 3, something refused or failed, shows as failed: look at it.
SuccessExitStatus=4
TimeoutStartSec=2h
Nice=10

# ---- {name}.timer
[Unit]
Description=Tallybook: when to build {plan.story}

[Timer]
OnCalendar=*-*-* {when}:{plan.minute:02}:00
# A run that was missed while the machine was off is made up for.
Persistent=true

[Install]
WantedBy=timers.target

# ---- {name}-check.service
[Unit]
Description=Tallybook: {plan.story} was built within {plan.max_age} hours

[Service]
Type=oneshot
WorkingDirectory={root}
ExecStart={command} status {plan.story} --max-age {plan.max_age}h

# ---- {name}-check.timer
[Unit]
Description=Tallybook: when to check {plan.story}

[Timer]
OnCalendar=*-*-* *:{(plan.minute + 30) % 60:02}:00

[Install]
WantedBy=timers.target
"""


def github(plan: Plan) -> str:
    """Return a workflow for `.github/workflows/`, which keeps the ledger from run to run."""
    fetch = (
        f"      - run: .venv/bin/tallybook fetch {plan.story} || test $? -eq 3\n"
        if plan.feeds
        else ""
    )
    return f"""\
# Save as .github/workflows/{plan.story}.yml
name: {plan.story}
on:
  schedule:
    - cron: "{plan.minute} {plan.hours} * * *"
  workflow_dispatch: {{}}
permissions:
  contents: read
# Two runs never overlap, and none is cut off.
concurrency:
  group: {plan.story}
  cancel-in-progress: false
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      # A cache may be emptied: a ledger that has to last needs a server of its own.
      TALLYBOOK_LEDGER: ${{{{ secrets.TALLYBOOK_LEDGER }}}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: make setup
      # Runs that were missed are made up for: whatever came since the last one is new.
      - uses: actions/cache/restore@v4
        with:
          path: figures/{plan.story}
          key: {plan.story}-${{{{ github.run_id }}}}
          restore-keys: {plan.story}-
      # First, so that it tells of the runs before: GitHub starts some late and leaves some out.
      - name: no good build for {plan.max_age} hours?
        run: |
          .venv/bin/tallybook status {plan.story} --max-age {plan.max_age}h ||
            echo "::warning::{plan.story} was not built for {plan.max_age} hours"
{fetch}      - name: build
        id: build
        run: .venv/bin/tallybook build {plan.story}
      # Also where something was refused (exit code 3), for the rest is published.
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: figures/{plan.story}
          key: {plan.story}-${{{{ github.run_id }}}}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: pages
          path: figures/{plan.story}/pages
"""


FORMS = {"cron": cron, "systemd": systemd, "github": github}


def hours(text: str) -> int:
    """Return hours written as 1h or 24h; raises BadUsage for what does not divide a day.

    >>> hours("6h")
    6
    """
    number = text.removesuffix("h")
    if number == text or not number.isdecimal() or int(number) not in HOURS:
        reason = f"'{text}' is not one of {', '.join(f'{n}h' for n in HOURS)}"
        raise BadUsage(reason)
    return int(number)


def _quoted(path: Path) -> str:
    """Return a path as systemd reads it in a command: percent signs doubled, safe with spaces."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'
