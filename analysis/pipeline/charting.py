"""The charts of a story: beside its pages as files of their own, and among them for readers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.book import Book
from analysis.pipeline.aside import Aside
from analysis.pipeline.chapters import origin_of
from analysis.publish.chart_files import SUFFIX, ChartFiles, metadata, title_of
from analysis.publish.embed import embed_page, snippet
from analysis.reports.plan import Job, Record
from analysis.reports.worker import CHARTS


def publish_charts(
    book: Book,
    story_folder: Path,
    jobs: Sequence[Job],
    records: Mapping[str, Record | None],
    aside: Aside,
) -> dict[str, ChartFiles]:
    """Put the charts beside the pages and among them; return what there is of each."""
    public, origin = story_folder / "pages" / "charts", origin_of(book)
    found, charts = {}, {}
    for job in jobs:
        record = records[job.key]
        cut_off = record.facts["cut_off"] if record else None
        folder = story_folder / "runs" / job.key / CHARTS
        for path in sorted(folder.glob("*.svg")):
            name, data = path.stem, path.read_bytes()
            about = _bytes(path.with_suffix(".json"))
            page = embed_page(name, data, job.page, origin.title)
            found[f"{name}.html"] = page.encode("utf-8")
            found[f"{name}{SUFFIX}"] = metadata(about, name, job.page, origin, cut_off)
            charts[name] = ChartFiles(title_of(about, name), snippet(name, data, origin.address))
        for path in sorted(folder.glob("*")):
            if path.suffix != ".json":
                found[path.name] = path.read_bytes()
    for name, data in found.items():
        # What is kept in a repository is text: a picture changes with every release of a font.
        if name.endswith((".svg", ".csv")):
            aside.write(story_folder / "charts" / name, data)
        aside.write(public / name, data)
    aside.clear(story_folder / "charts", set(found))
    aside.clear(public, set(found))
    return dict(sorted(charts.items()))


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
