"""What each column of the published tables holds: the data dictionary, from which pages are made.

`type` is a field type of the Data Package standard. Null is an empty field in CSV, and always
means "not said" unless the description says otherwise.
"""

from dataclasses import dataclass

from analysis.model import CATEGORIES, QUALIFIERS, SCOPES, SOURCE_KINDS, STATUSES


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, what it holds, and what an empty field means."""

    name: str
    type: str
    holds: str
    null: str = ""
    allowed: tuple[str, ...] = ()


def _text(name: str, holds: str, null: str = "", allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "string", holds, null, allowed)


def _day(name: str, holds: str, null: str = "") -> Column:
    return Column(name, "date", holds, null)


def _number(name: str, holds: str, null: str = "") -> Column:
    return Column(name, "integer", holds, null)


CLAIMS = (
    _text("claim_id", "Id of the claim: a hash of document, category and place in the text."),
    _text("document_id", "Id of the document: a hash of its address and text."),
    _text(
        "category",
        "What the number counts; killed, wounded and both together are three things.",
        allowed=CATEGORIES,
    ),
    _number("low", "Least number of persons that the claim allows, included.", "no lower bound"),
    _number("high", "Greatest number of persons that it allows, included.", "no upper bound"),
    _text("qualifier", "How the number was said.", allowed=QUALIFIERS),
    _text("number_text", "The number in the very characters of the text.", "row of a table"),
    _number("start", "Character of the text at which the number begins.", "row of a table"),
    _number("end", "Character behind its last one.", "row of a table"),
    _text(
        "quote",
        "The sentence that the number stands in; cut with … where it is long.",
        "row of a table, or withheld",
    ),
    _text("victims", "Who the people are, as worded.", "not said in the sentence"),
    _text("source", "Who is said to have given the number, by one name.", "nobody is named"),
    _text("source_text", "The source as worded in the report.", "nobody is named"),
    _text("relayed_by", "Who passed the source's words on.", "nobody"),
    _text(
        "scope",
        "What span it counts: all to date, a period, one event, or on top of an earlier number.",
        allowed=SCOPES,
    ),
    _number("period_days", "Length of the period in days.", "no period, or length not said"),
    _day("as_of", "Day that the number refers to.", "not said"),
    _text("location", "Place, as worded.", "not said"),
    _text(
        "status",
        "Whether it is reported, or denied, a forecast, replaced, or a part of another claim.",
        allowed=STATUSES,
    ),
    _text("extractor", "What read the claim: name and version, or table."),
    Column("known_at", "datetime", "When it was recorded here, UTC."),
    _day("published", "Day on which the outlet printed it.", "undated"),
    _text("outlet", "Who published the report.", "not known"),
    _text("url", "Address of the report.", "not known"),
    _text("title", "Headline of the report.", "not known"),
    _text("language", "Language of the report, as a code such as en."),
    _text("country", "Country of the source.", "source not in the story file"),
    _text("kind", "Kind of source.", "source not in the story file", SOURCE_KINDS),
    Column(
        "belligerent",
        "boolean",
        "Whether the source is a party to the war.",
        "source not in the story file",
    ),
    _text("note", "Remark of a table's row; cut with … where it is long.", "read from a text"),
    _text("corrected", "Who corrected the claim, when and why.", "nobody did"),
    _text("withheld", "Why the words of the claim are not shown.", "they are shown"),
)

SERIES = (
    _text("source", "Who is said to have given the number."),
    _text("country", "Country of the source.", "source not in the story file"),
    _text("kind", "Kind of source.", "source not in the story file", SOURCE_KINDS),
    Column(
        "belligerent",
        "boolean",
        "Whether the source is a party to the war.",
        "source not in the story file",
    ),
    _text("category", "What the number counts.", allowed=CATEGORIES),
    _text("scope", "What span it counts.", allowed=SCOPES),
    _number("period_days", "Length of the period in days.", "no period, or length not said"),
    _day("date", "Day on which the statement stands: when it was first printed."),
    _number("low", "Least number of persons, included.", "no lower bound"),
    _number("high", "Greatest number of persons, included.", "no upper bound"),
    _text(
        "qualifier",
        "How the number was said; range also where outlets heard it differently.",
        allowed=QUALIFIERS,
    ),
    _text(
        "change",
        "What it changed against the statement before.",
        "no total to date",
        ("first", "rise", "fall", "unclear"),
    ),
    _number("outlets", "How many outlets printed it."),
    _number(
        "reports",
        "How many reports carried it; near-copies of one text with this number count once.",
    ),
    _day("as_of", "Day that the number refers to.", "not said"),
    _day("first_published", "Day on which it was first printed."),
    _day("last_published", "Day on which it was last printed."),
    _text("low_claim", "Id of the claim that gives the lower number: of differing reports, one."),
    _text("high_claim", "Id of the claim that gives the upper number; mostly the same claim."),
    _text("claim_ids", "Ids of its claims, with a space between."),
)

CORRECTIONS = (
    _text("claim_id", "Id of the claim that was decided about."),
    _day("date", "Day of the decision."),
    _text("decision", "What was decided: to count it, not to count it, or to change fields."),
    _text("what", "The number that it is about, or each field that it changes, before and after."),
    _text("reason", "Why."),
    _text("by", "Who decided."),
    _text("quote", "The sentence, as it was read.", "row of a table, or withheld"),
)

_ENDS = {"lowest": "lowest", "highest": "highest"}
_PIECES = {"killed": "killed", "wounded": "wounded", "combined": "killed or wounded, as given"}
# What the numbers of a chart hold, by column: those of the series, and those of comparisons.
DRAWN = {
    **{column.name: column.holds for column in SERIES},
    **{end: f"The {name} current number, in persons." for end, name in _ENDS.items()},
    **{f"{end}_qualifier": f"How the {name} number was said." for end, name in _ENDS.items()},
    **{f"{end}_source": f"Who gave the {name} number." for end, name in _ENDS.items()},
    **{
        f"{end}_belligerent": f"Whether who gave the {name} number is a party to the war."
        for end, name in _ENDS.items()
    },
    **{f"{end}_claim": f"Id of the claim that gives the {name}." for end, name in _ENDS.items()},
    "ratio": "Highest to lowest number; empty for one source.",
    "sources": "How many sources were current on that day.",
    **{f"{kind}_low": f"Least number of people {name}." for kind, name in _PIECES.items()},
    **{f"{kind}_high": f"Greatest number of people {name}." for kind, name in _PIECES.items()},
    **{f"{kind}_claim": f"Id of the claim of people {name}." for kind, name in _PIECES.items()},
    "sum_low": "Least sum of killed and wounded.",
    "sum_high": "Greatest sum of killed and wounded.",
    "agrees": "Whether the sum agrees with the number for both, within a tenth.",
    "published": "Day on which a report was published.",
    "outlet": "Who published it.",
    "url": "Address of the report.",
    "printed_low": "Least number of persons that this report gives.",
    "printed_high": "Greatest number of persons that this report gives.",
    "printed_qualifier": "How this report said it.",
    "replaced": "Day of the source's next number; empty where there is none.",
    "printing": "first, again, or old: printed after the source gave a newer number.",
    "claim_id": "Id of the claim.",
    "drawn": "How the number is shown: as a mark, as a corner of a line, or listed below.",
}

TABLES = {"claims": CLAIMS, "series": SERIES, "corrections": CORRECTIONS}


def names(table: str) -> list[str]:
    """Return the column names of a published table, in order.

    >>> names("corrections")[:2]
    ['claim_id', 'date']
    """
    return [column.name for column in TABLES[table]]
