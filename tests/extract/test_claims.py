"""Sentences by phenomenon: what is taken from each, and what is not."""

import json
from pathlib import Path

import pytest

from analysis.extract import explain, read
from analysis.model import Document


def figures(text, published=None):
    """Return category, bounds, qualifier and status of each figure of a text."""
    reading = read(Document("d", text, published=published))
    for claim in reading.claims:
        assert text[claim.start : claim.end] == claim.number_text
        assert claim.number_text in claim.quote
        assert claim.quote in text
    return [(c.category, c.low, c.high, c.qualifier) for c in reading.claims]


def one(text, published=None):
    """Return the only claim of a text."""
    [claim] = read(Document("d", text, published=published)).claims
    return claim


EXACT = [
    ("Twelve people were killed.", "killed", 12),
    ("Twenty-five hundred soldiers died.", "killed", 2500),
    ("Half a million people were displaced.", "displaced", 500_000),
    ("The blast killed 3,000 villagers.", "killed", 3000),
    ("Some officials say 150 000 people were killed.", "killed", 150_000),
    ("A dozen people were injured.", "wounded", 12),
    ("1.5 million people have fled.", "displaced", 1_500_000),
    ("Four-thousand-100 men were hurt.", "wounded", 4100),
    ("The death toll rose to 81.", "killed", 81),
    ("The storm left 15 people dead.", "killed", 15),
    ("The war has claimed 2,400 lives.", "killed", 2400),
    ("Rescuers found 50 bodies.", "killed", 50),
    ("Ukraine captured two wounded North Korean soldiers.", "captured", 2),
    ("Troops took two wounded soldiers prisoner.", "captured", 2),
    ("It spoke of the first two soldiers it has captured.", "captured", 2),
    ("One hundred and five people are missing.", "missing", 105),
    ("129 remained unaccounted for.", "missing", 129),
    ("Ten servicemen surrendered.", "captured", 10),
    ("Six of the eight passengers died.", "killed", 6),
    ("67 women and children were missing.", "missing", 67),
    (
        "The toll, which stood at 40 people killed or wounded, is not final.",
        "killed_or_wounded",
        40,
    ),
]


@pytest.mark.parametrize(("text", "category", "number"), EXACT, ids=[t for t, *_ in EXACT])
def test_a_plain_number(text, category, number):
    """One number, one event, no qualifier."""
    assert figures(text) == [(category, number, number, "exact")]


QUALIFIED = [
    ("At least 300 people were killed.", 300, None, "at_least"),
    ("No fewer than nine people died.", 9, None, "at_least"),
    ("More than 20 people died.", 20, None, "more_than"),
    ("Losses aside, over 5,500 servicemen were killed.", 5500, None, "more_than"),
    ("Some 3,000 troops were killed.", 3000, 3000, "about"),
    ("An estimated 700 worshippers died.", 700, 700, "about"),
    ("Nearly 150 people were killed.", None, 150, "nearly"),
    ("As many as 30 people may have died.", None, 30, "up_to"),
    ("Up to 200 passengers died.", None, 200, "up_to"),
    ("Between 2,500 and 3,000 soldiers have died.", 2500, 3000, "range"),
    ("500 to 800 people were killed.", 500, 800, "range"),
    ("10-15 people were killed.", 10, 15, "range"),
    ("2 to 3 million people were killed.", 2_000_000, 3_000_000, "range"),
    ("Dozens of people were killed.", 24, 99, "vague"),
    ("Tens of thousands of people were killed.", 20_000, 99_999, "vague"),
    ("Several hundred soldiers were killed.", 200, 900, "vague"),
    ("The toll has gone up to 3,145 dead.", 3145, 3145, "exact"),
]


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier"), QUALIFIED, ids=[q[0] for q in QUALIFIED]
)
def test_a_qualified_number(text, low, high, qualifier):
    """Bounds are inclusive, and null where open."""
    assert figures(text) == [("killed", low, high, qualifier)]


SEVERAL = [
    (
        "At least 300 soldiers sent to aid Russia in its war have been killed and another 2,700 have been injured.",
        [("killed", 300, None, "at_least"), ("wounded", 2700, 2700, "exact")],
    ),
    (
        "The raid killed three soldiers and two civilians and wounded 15.",
        [("killed", 3, 3, "exact"), ("killed", 2, 2, "exact"), ("wounded", 15, 15, "exact")],
    ),
    (
        "17 soldiers and four civilians were killed, 22 troops were hurt and nine soldiers are missing.",
        [
            ("killed", 17, 17, "exact"),
            ("killed", 4, 4, "exact"),
            ("wounded", 22, 22, "exact"),
            ("missing", 9, 9, "exact"),
        ],
    ),
    (
        "Around 4,700 casualties are estimated, among them 600 killed in action.",
        [("killed_or_wounded", 4700, 4700, "about"), ("killed", 600, 600, "exact")],
    ),
    (
        "Some 3,000 troops have been wounded or killed.",
        [("killed_or_wounded", 3000, 3000, "about")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL, ids=[s[0] for s in SEVERAL])
def test_several_numbers(text, expected):
    """Each number has its own event, bounds and qualifier."""
    assert figures(text) == expected


NOTHING = [
    "North Korean troops in Ukraine face near extinction by Apr.",
    "All three countries are adversaries; the three-year war has killed many.",
    "The senate killed 12 bills and nine amendments.",
    "He was killed on 12 March 2024 at 8:30 in room 14.",
    "The 26-year-old was wounded.",
    "A 12,000-strong force was captured on film.",
    "The budget of $300 million was killed 4-96.",
    "Shares lost 12 points and 40% were wiped out.",
    "Nearly 5 million chickens died of the flu.",
    "The army destroyed 71 tanks and killed the engine of two trucks.",
    "Half of the dead and a third of the wounded were taken home.",
    "For each soldier killed there are six wounded.",
    "The process was killed after 30 seconds with signal 9.",
    "Il-76 and Su-25 jets were shot down, killing hopes of a truce.",
    "The team lost 2-1 and 4-0 to a side that lost nine games.",
    "Net losses of 4,904,000 against 459,000 were reported for the year.",
    "The island has 15,000 bodies of water.",
    "The ship of 460,000 dead weight tons was wounded by rust.",
    "Captured in the 1967 war, the strip has no port.",
    "No. 10 was hurt by the affair.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_other_numbers_give_nothing(text):
    """Money, ages, dates, votes, weapons, sport and figures of speech are no figures of people."""
    assert figures(text) == []


STATUS = [
    ("The heat may kill thousands of people this year.", "projected"),
    ("As many as 30 people may have died.", "reported"),
    ("The previous toll was four soldiers dead.", "superseded"),
    ("Nobody was hurt.", "negated"),
    ("No casualties were reported.", "reported"),
    ("Trump put the losses at 400,000 soldiers, a number that Kyiv rejected.", "negated"),
]


@pytest.mark.parametrize(("text", "status"), STATUS, ids=[s[0] for s in STATUS])
def test_status(text, status):
    """A forecast, a denial and an old toll are no plain facts."""
    assert one(text).status == status


SOURCES = [
    ("Two people were killed, police said.", "police", None),
    ("The army said on Saturday that 74 civilians were killed.", "The army", None),
    (
        "According to the Ministry of Home Affairs, 98 people died.",
        "the Ministry of Home Affairs",
        None,
    ),
    (
        "At least 98 people have been killed, according to Israeli authorities.",
        "Israeli authorities",
        None,
    ),
    (
        "A South Korean lawmaker said Seoul's intelligence showed some 3,000 troops have been killed.",
        "Seoul's intelligence",
        "A South Korean lawmaker",
    ),
    ("At least 10 men are dead, security sources told AFP.", "security sources", "AFP"),
    (
        "About 600 soldiers are dead, Rep. Lee told reporters, citing the NIS.",
        "the NIS",
        "Rep. Lee",
    ),
    (
        "“Seventeen students have died,” said the government’s spokesman.",
        "the government’s spokesman",
        None,
    ),
    ("A video shows two soldiers captured alive.", None, None),
    (
        "Ukraine revealed more about the first two soldiers it has captured and said it was willing to talk.",
        None,
        None,
    ),
    ("Twelve people died. The minister said the road was closed.", None, None),
]


@pytest.mark.parametrize(("text", "source", "relay"), SOURCES, ids=[s[0] for s in SOURCES])
def test_who_claims_it(text, source, relay):
    """A verb before covers what follows; one at the end covers what stands before; none is null."""
    claim = one(text)
    assert (claim.source_text, claim.relayed_by) == (source, relay)


def test_days_are_counted_from_the_day_of_publication():
    """Without it a weekday says nothing."""
    text = "At least 12 soldiers were killed on Thursday, the army said."
    assert one(text, "2025-01-13").as_of == "2025-01-09"
    assert one(text).as_of is None


def test_periods():
    """A slice of time is no total to date."""
    claim = one("More than 1,000 soldiers were killed in the past week, officials said.")
    assert (claim.scope, claim.period_days) == ("period", 7)


def test_what_another_paragraph_named_is_no_earlier_number():
    """A further four add to a number of their own paragraph, and to no other."""

    def scopes(text):
        return [claim.scope for claim in read(Document("d", text)).claims]

    assert scopes("Twelve people died. Four more people died.") == ["event", "additional"]
    assert scopes("Twelve people died, and four more people died.") == ["event", "additional"]
    assert scopes("Twelve people died.\n\nFour more people died.") == ["event", "event"]


def test_what_is_doubtful_is_flagged_and_not_counted():
    """The reason is one that a person can act on."""
    reading = read(Document("d", "A video of the two soldiers being interrogated was released."))
    assert reading.claims == ()
    assert "two" in reading.doubts[0].quote
    unknown = read(Document("d", "Nine whatsits were killed."))
    assert unknown.claims == ()
    assert "no word that says it counts people" in unknown.doubts[0].reason


def test_another_language_gives_an_empty_reading():
    """Words of one language say nothing in another."""
    assert read(Document("d", "Morreram 12 pessoas, 12 killed.", language="pt")).claims == ()


def test_the_documents_of_the_first_story_are_read_exactly(root):
    """Six claims and one doubt, and nothing else."""
    folder = root / "notebooks" / "stories" / "north-korean-troops" / "documents"
    found = {}
    doubts = []
    for path in sorted(folder.glob("seed-*.txt")):
        body = path.read_text("utf-8").rsplit("---\n", 1)[-1].strip()
        reading = read(Document(path.stem, body, published="2025-01-13"))
        doubts += [path.stem for _ in reading.doubts]
        for claim in reading.claims:
            found.setdefault(path.stem, []).append(
                (
                    claim.category,
                    claim.low,
                    claim.high,
                    claim.qualifier,
                    claim.source_text,
                    claim.relayed_by,
                    claim.scope,
                )
            )
    assert found == {
        "seed-02": [
            ("captured", 2, 2, "exact", "South Korea’s intelligence service", None, "event")
        ],
        "seed-06": [("captured", 2, 2, "exact", None, None, "event")],
        "seed-08": [
            (
                "killed_or_wounded",
                3000,
                3000,
                "about",
                "Seoul's intelligence",
                "A South Korean lawmaker",
                "cumulative",
            )
        ],
        "seed-11": [("captured", 2, 2, "exact", None, None, "event")],
        "seed-12": [
            ("killed", 300, None, "at_least", "South Korea's spy agency", None, "cumulative"),
            ("wounded", 2700, 2700, "exact", "South Korea's spy agency", None, "cumulative"),
        ],
    }
    assert doubts == ["seed-05"]


def test_explain_names_the_rule_and_the_reason():
    """A person who disputes a figure sees what fired."""
    shown = explain("At least 12 people were killed near 3 bridges, police said.")
    assert "rule “passive” with “killed”" in shown
    assert "source: police" in shown
    assert "3 bridges”: not counted" in shown


def test_known_misses_are_still_misses():
    """What is known to be missed; a sentence that is found now moves to a table above."""
    path = Path(__file__).with_name("known-misses.jsonl")
    for line in path.read_text("utf-8").splitlines():
        miss = json.loads(line)
        found = [category for category, *_ in figures(miss["text"])]
        assert miss["category"] not in found, miss["text"]


def test_sentences_of_all_kinds(root):
    """One line a sentence: what is found in it, and by whom it is claimed where that is said."""
    wrong = []
    for line in Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines():
        text, _, expected = (part.strip() for part in line.rpartition("|"))
        with_source = "@" in expected
        found = sorted(
            f"{c.category} {c.number_text}"
            + (f" @{c.source_text}" if with_source and c.source_text else "")
            for c in read(Document("d", text)).claims
        )
        wanted = sorted(part.strip() for part in expected.split(";") if part.strip())
        if [f.lower() for f in found] != [w.lower() for w in wanted]:
            wrong.append((text, found))
    assert wrong == []
