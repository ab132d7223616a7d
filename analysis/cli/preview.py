"""Show the pages of a story on this machine, and on paper: serve and pdf."""

import functools
import shutil
import subprocess
import tempfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

from analysis.errors import BadUsage, ReportFailed
from analysis.home import Home, default_story, find_home
from analysis.story import find_story

HOST = "127.0.0.1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PDF_SECONDS = 120
RELOAD = "/.tallybook-reload"
# The pages on disk hold no script: this one is put in on the way out, for the preview alone.
SCRIPT = f"""let held;
setInterval(async () => {{
  const now = await (await fetch("{RELOAD}.txt", {{cache: "no-store"}})).text();
  if (held !== undefined && held !== now) location.reload();
  held = now;
}}, 1000);
"""
POLICY = (b"default-src 'none'; ", b"default-src 'none'; script-src 'self'; connect-src 'self'; ")


class Preview(SimpleHTTPRequestHandler):
    """Answers with the files of one folder, and lets open pages reload after a build."""

    state: Path  # written last by each build

    def do_GET(self) -> None:
        """Answer a request, to this machine by its own name alone."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in (HOST, "localhost"):  # a page elsewhere that points its name at us
            self.send_error(403, "this preview answers on this machine only")
        elif self.path == f"{RELOAD}.js":
            self._answer(SCRIPT.encode(), "text/javascript")
        elif self.path == f"{RELOAD}.txt":
            self._answer(self._stamp().encode(), "text/plain")
        elif (page := self._page()) is not None:
            self._answer(page, "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _stamp(self) -> str:
        # Gone while a build is at work: the page reloads once it is whole again.
        try:
            return str(self.state.stat().st_mtime_ns)
        except OSError:
            return ""

    def _page(self) -> bytes | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.endswith("/") else path
        if path.suffix != ".html" or not path.is_file():
            return None
        page = path.read_bytes().replace(*POLICY, 1)
        script = f'<script src="{RELOAD}.js"></script></body>'.encode()
        return page.replace(b"</body>", script, 1)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


def server(home: Home, story: str, port: int) -> ThreadingHTTPServer:
    """Return a server of a story's pages, listening on loopback; port 0 takes a free one.

    Raises BadUsage where the story has no pages yet or the port is taken.
    """
    figures = home.figures(find_story(story, home.stories).name)
    _first_page(figures, story)
    handler = type("StoryPreview", (Preview,), {"state": figures / "state.json"})
    try:
        return ThreadingHTTPServer(
            (HOST, port), functools.partial(handler, directory=str(figures / "pages"))
        )
    except OSError as fault:
        reason = f"port {port} cannot be used ({fault.strerror}); name another one with --port"
        raise BadUsage(reason) from None


def _first_page(figures: Path, story: str) -> Path:
    page = figures / "pages" / "index.html"
    if not page.is_file():
        reason = f"the story '{story}' has no pages yet; run `tallybook build {story}` first"
        raise BadUsage(reason)
    return page


def print_page(page: Path) -> bytes:
    """Return a page as PDF, printed by Chromium without the network.

    Raises BadUsage where no Chromium is installed, and ReportFailed where it prints nothing.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        reason = "a PDF needs Chromium; on Debian or Ubuntu: sudo apt-get install chromium"
        raise BadUsage(reason)
    with tempfile.TemporaryDirectory(prefix="tallybook-") as folder:
        out = Path(folder) / "page.pdf"
        command = [
            browser,
            "--headless",
            "--no-sandbox",  # of use only against hostile scripts, and the pages let none run
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={out}",
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=PDF_SECONDS)
        except subprocess.TimeoutExpired:
            reason = f"{page}: Chromium did not print it within {PDF_SECONDS} seconds; run again"
            raise ReportFailed(reason) from None
        if done.returncode or not out.is_file():
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            reason = f"{page}: Chromium could not print it ({' '.join(last)[:200]}); run again"
            raise ReportFailed(reason)
        return out.read_bytes()


@click.command()
@click.argument("story", default=default_story)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(story: str, port: int) -> None:
    """Show the pages of a story on this machine; open pages reload after each build.

    \b
    tallybook serve
    tallybook serve ferry-sinking --port 9000
    """
    home = find_home()
    with server(home, story, port) as running:
        click.echo(f"http://{HOST}:{running.server_address[1]}/index.html (Ctrl-C ends it)")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            click.echo("ended")


@click.command()
@click.argument("page")
@click.argument("story", default=default_story)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write (PAGE.pdf).")
def pdf(page: str, story: str, output: Path | None) -> None:
    """Print a page of a story as PDF, by Chromium: overview, evidence, method and so on.

    \b
    tallybook pdf overview
    tallybook pdf source-coast-guard ferry-sinking -o coast-guard.pdf
    """
    from analysis.cli.export import write_named

    home = find_home()
    figures = home.figures(find_story(story, home.stories).name)
    pages = _first_page(figures, story).parent
    known = {path.stem: path for path in sorted(pages.glob("*.html"))}
    if page.removesuffix(".html") not in known:
        reason = f"there is no page '{page}'; there are: {', '.join(known)}"
        raise BadUsage(reason)
    path = known[page.removesuffix(".html")]
    target = output or Path(f"{path.stem}.pdf")
    write_named(target, print_page(path))
    click.echo(f"written: {target}")
