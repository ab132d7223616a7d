"""The second wall of a page: only the markup that tables and prose are made of gets through.

The first wall is the escaping of every datum where it enters a table or a sentence. Here the
finished fragment is parsed as a browser would parse it, what is not on the lists below is taken
out, and the fragment comes back well formed, so that an unclosed tag ends where its cell ends.
"""

import html
import re

import nh3

TAGS = frozenset(
    (
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "section",
            "div",
            "p",
            "blockquote",
            "pre",
            "hr",
            "br",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd", "details", "summary", "figure", "figcaption"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "em", "i", "ins", "kbd"),
        *("mark", "q", "s", "small", "span", "strong", "sub", "sup", "time"),
    )
)
ATTRIBUTES = {
    "*": {"id", "class", "lang", "dir", "aria-label", "aria-labelledby"},
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan", "abbr"},
    "td": {"colspan", "rowspan"},
    "col": {"span"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
    "ol": {"start", "reversed"},
}
# What these hold is code or a document of its own, never text for a reader.
DROPPED_WHOLE = frozenset({"script", "style", "title", "template", "noscript", "iframe"})

# A colon before the first slash, question mark or number sign would be a scheme.
LINK = re.compile(r"https?://[^/\\]|#|\?|\.{0,2}/(?![/\\])|[^\s:/?#\\]+(?:[/?#]|\Z)", re.IGNORECASE)
NEVER_IN_A_LINK = re.compile(r"[\s<>\"\x00-\x20\x7f]")
# Unreadable in a page, and refused by the sanitiser (halves of a surrogate pair).
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
COLOUR_OF_A_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")
TABLE = re.compile(r"<(/?)table(?=[\s>])[^>]*>")
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
LOWEST_HEADING = 6


def printable(text: str) -> str:
    r"""Return a text without terminal colours; every other control character becomes U+FFFD.

    >>> printable("\x1b[31m300\x1b[0m killed")
    '300 killed'
    """
    return UNPRINTABLE.sub("\ufffd", COLOUR_OF_A_TERMINAL.sub("", text))


def is_safe_link(href: str) -> bool:
    """Say whether an address is http, https, relative to this page or a place in it.

    >>> [is_safe_link(each) for each in ("https://example.org/a", "sources.html#nis", "#claim-1")]
    [True, True, True]
    >>> [is_safe_link(each) for each in ("javascript:alert(1)", "//example.org", "data:text/html,")]
    [False, False, False]
    """
    return bool(LINK.match(href)) and not NEVER_IN_A_LINK.search(href)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href":
        return value if is_safe_link(value) else None
    # No sharp bracket in a value: what follows may then look for tags by their brackets.
    return None if "<" in value or ">" in value else value


def sanitise(fragment: str) -> str:
    """Return a fragment of HTML with the allowed tags, attributes and links only, well formed.

    Text in a tag that is not allowed stays; scripts and styles go with what they hold.

    >>> sanitise('<p onclick="x()">300 <mark>killed</mark><script>x()</script> <!-- open')
    '<p>300 <mark>killed</mark> </p>'
    """
    return nh3.clean(
        printable(fragment),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        clean_content_tags=set(DROPPED_WHOLE),
        url_schemes={"http", "https"},
        link_rel=None,
    )


class Fitting:
    """Fits the sanitised fragments of one page together, from its first to its last.

    Headings stand below the page's own title and skip no level, and every table scrolls in a
    region of its own that the keyboard reaches.
    """

    def __init__(self) -> None:
        """Start a page: its title is the only heading of the first level so far."""
        self.level = 1
        self.tables = 0
        self.figures = 0

    def fit(self, fragment: str) -> str:
        """Return a sanitised fragment with its headings in order and its tables in regions."""
        closing = 0

        def heading(match: re.Match[str]) -> str:
            nonlocal closing
            if match[1]:
                return f"</h{closing or self.level}"
            closing = self.level = min(max(int(match[2]), 2), self.level + 1, LOWEST_HEADING)
            return f"<h{self.level}"

        return self._tables(HEADING.sub(heading, fragment))

    def _tables(self, fragment: str) -> str:
        parts: list[str] = []
        depth = position = 0
        for tag in TABLE.finditer(fragment):
            depth += -1 if tag[1] else 1
            if tag[1] and depth == 0:
                parts += [fragment[position : tag.end()], "</div>"]
                position = tag.end()
            elif not tag[1] and depth == 1:
                parts += [fragment[position : tag.start()], self._region(fragment[tag.end() :])]
                position = tag.start()
        return "".join([*parts, fragment[position:]])

    def _region(self, rest: str) -> str:
        self.tables += 1
        caption = CAPTION.match(rest.lstrip())
        words = " ".join(html.unescape(MARKUP.sub("", caption[1])).split()) if caption else ""
        label = html.escape(f"Table {self.tables}: {words}" if words else f"Table {self.tables}")
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
