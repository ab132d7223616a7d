"""Small notebooks for the tests of running them."""

import json

from analysis.reports.plan import Job


def notebook(path, *sources, story="ferry"):
    """Write a notebook with a parameter cell and some cells of code; return it as a job."""
    sources = (f'story: str = "{story}"  # the story', *sources)
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {"tags": ["parameters"]} if place == 0 else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(made))
    return Job(path.stem, path, {}, path.stem)


def facts(jobs):
    """Return what the record of each job says."""
    return {
        "code": {job.key: "c" for job in jobs},
        "package": "p",
        "page": {},
        "items": lambda *_: {},
    }
