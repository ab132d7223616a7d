"""Put the notebooks and the stories into the wheel; all else stands in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

NOTEBOOKS = Path(__file__).resolve().parent / "notebooks"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__")


class BuildWithNotebooks(build_py):
    """Copies notebooks/ to analysis/shipped/, where an installed `tallybook new` finds them."""

    def run(self) -> None:
        """Build the package; an editable installation uses the folder itself."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "analysis" / "shipped"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(NOTEBOOKS, target, ignore=LEFT_OUT)


setup(cmdclass={"build_py": BuildWithNotebooks})
