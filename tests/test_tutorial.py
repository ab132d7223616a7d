"""A newcomer who follows the tutorial arrives."""

from tests.tutorial import follow


def test_the_tutorial_works_word_for_word(tmp_path):
    """Make, paste, build, correct, schedule: each command as it stands, each line as it is shown."""
    assert follow(tmp_path / "home") >= 12
    pages = tmp_path / "home" / "figures" / "mill-fire" / "pages"
    assert {"index.html", "overview.html", "source-st-anne-s-hospital.html"} <= {
        path.name for path in pages.iterdir()
    }
    page = (pages / "source-st-anne-s-hospital.html").read_text("utf-8")
    assert "swapped the digits" in page
    log = (tmp_path / "home" / "figures" / "build.log").read_text("utf-8")
    assert "nothing new" in log
