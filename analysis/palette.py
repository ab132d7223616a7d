"""The colours of charts on light and on dark paper, and the style sheet that tells them apart.

At most four colours and greys; marks and dashes tell the same (METHOD.md 11). Every one of them has
4.5:1 on either paper, so that lettering may have it too.
"""

from typing import NamedTuple


class Colour(NamedTuple):
    """One role in a chart: its name in the style sheet, and its colours on both papers."""

    name: str
    light: str
    dark: str


SERIES = (
    Colour("a", "#0068a3", "#62b8ea"),
    Colour("b", "#b34700", "#f08a4b"),
    Colour("c", "#007a59", "#35c79b"),
    Colour("d", "#a64d82", "#e39bc6"),
)
INK = Colour("ink", "#1a1a1a", "#ece9e2")
QUIET = Colour("quiet", "#5f5f5f", "#b4b4b4")
AXIS = Colour("axis", "#767676", "#8f8f8f")
GRID = Colour("grid", "#e2dfd8", "#33393d")  # decoration: the numbers stand beside the marks
PAPER = Colour("paper", "#fffffe", "#15181a")
ALL = (*SERIES, INK, QUIET, AXIS, GRID, PAPER)
FONTS = "'DejaVu Sans',Verdana,Arial,Helvetica,sans-serif"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def style_sheet() -> str:
    """Return the style sheet of a chart: it stands in each file, and once in a page.

    On a page the paper of a chart is that of the page (`--paper`).
    """
    return (
        f".tallybook{{font-family:{FONTS}}}"
        ".tallybook *{stroke-linejoin:round;stroke-linecap:butt}"
        + "".join(_rules(colour.name, colour.light) for colour in ALL)
        + ".point{cursor:pointer}.hit{fill:transparent;stroke:none}"
        ".point:hover .hit,.point:focus .hit{stroke:#767676;stroke-width:1.5}"
        "@media screen and (prefers-color-scheme:dark){"
        + "".join(_rules(colour.name, colour.dark) for colour in ALL)
        + "}"
    )


def _rules(name: str, colour: str) -> str:
    shown = f"var(--paper,{colour})" if name == PAPER.name else colour
    return f".f-{name}{{fill:{shown}}}.s-{name}{{stroke:{shown}}}"


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 of WCAG 2
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
