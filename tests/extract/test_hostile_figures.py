"""F01 to F07: odd dates, numbers and digits in a text are read rightly or not at all."""

import random
import re
import time

import pytest

from analysis.extract import read
from analysis.model import Document
from tests.extract.test_properties import calls, figure_stands_in, fuzz_seconds


def figures(text, published="2025-05-13"):
    """Return the bounds of each claim, whose number is a slice of the text as it stands."""
    claims = read(Document("d", text, published=published)).claims
    for claim in claims:
        assert text[claim.start : claim.end] == claim.number_text
        assert claim.number_text in claim.quote
        assert claim.quote in text
    return [(claim.low, claim.high) for claim in claims]


@pytest.mark.parametrize(
    "day",
    ["31 February 2025", "13/13/2025", "03/04/2025", "2025-13-01", "1 January 0001", "31 December 9999", "1 January 2031"],
)  # fmt: skip
def test_a_day_that_is_none_or_may_be_two_is_never_guessed(day):
    """F01: the figure stays, the day is left open."""
    text = f"On {day}, 12 people were killed, police said."
    [claim] = read(Document("d", text, published="2025-05-13")).claims
    assert (claim.low, claim.high, claim.as_of) == (12, 12, None)


@pytest.mark.parametrize(
    "number",
    ["−5", "-5", "–5", "1e30", "1e3", "0x1F", "12345678901234567890", "99999999999", "1,000,000,000,000", "3.5", "30^4", "007", "½", "12½"],
)  # fmt: skip
def test_what_is_no_number_of_people_is_not_stored(number):
    """F02: neither as it stands nor a piece of it."""
    assert figures(f"{number} people were killed, police said.") == []


@pytest.mark.parametrize(
    "number",
    ["٣٠", "３０", "३०", "1٠", "3٠0", "٣٬٠٠٠", "３，０００", "3\u066c000", "𝟑𝟎", "⑫", "Ⅻ"],
)  # fmt: skip
def test_digits_of_other_scripts_or_mixed_ones_are_right_or_not_read(number):
    """F03: and never a piece of the number."""
    whole = {
        "٣٠": 30,
        "３０": 30,
        "३०": 30,
        "٣٬٠٠٠": 3000,
        "３，０００": 3000,
        "𝟑𝟎": 30,
        "⑫": 12,
        "Ⅻ": 12,
    }
    allowed = [[], [(whole[number], whole[number])]] if number in whole else [[]]
    assert figures(f"{number} people were killed, police said.") in allowed


@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u202f", "\u2009", "'", "’", ",", ".", "·"])
def test_marks_between_thousands_are_right_or_not_read(mark):
    """F04: the number is the slice with its marks."""
    assert figures(f"3{mark}000 people were killed, officials said.") in ([(3000, 3000)], [])


@pytest.mark.parametrize(
    "mark",
    ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f", "\u202e", "\u2066", "_", "\n"],
)  # fmt: skip
def test_a_number_with_a_hidden_sign_inside_is_no_piece_of_it(mark):
    """F04: 3 and 0 with a sign between that nobody sees is not 3, nor 0."""
    assert figures(f"3{mark}0 people were killed, officials said.") in ([(30, 30)], [])


@pytest.mark.parametrize(
    "mark", ["²", "¹⁴", "⁴", "₃", "[4]", " [4]", "[a]", "(4)", "{4}", "⁽³⁾", "*", "†", "[note 2]"]
)
def test_a_footnote_mark_after_a_figure_leaves_it_as_it_is(mark):
    """F05: raised, lowered or in brackets."""
    assert figures(f"Officials said 30{mark} people were killed.") in ([(30, 30)], [])


@pytest.mark.parametrize(
    "bait",
    [
        "1234, ",
        "Abcde ",
        "said ",
        "one hundred and ",
        '"a" said ',
        " ",
        "killed in a by ",
        "between 1 and 2 or ",
        "the ministry of the ",
        "’s ",
        "12-",
        "1.000.",
    ],
)
def test_bait_for_patterns_that_look_back_takes_linear_work(bait):
    """F06: twice the text is about twice the work, counted in calls and in seconds."""
    calls(bait * 10 + "x")  # loads the words
    assert calls(bait * 6_000 + "x") <= calls(bait * 3_000 + "x") * 2.3 + 200
    began = time.monotonic()
    read(Document("d", bait * 20_000 + "killed!"))
    assert time.monotonic() - began < 60


def test_random_edits_of_good_articles_find_no_fault(root):
    """F07: letters lost, doubled, swapped and put in; a fixed seed, a minute in CI."""
    folder = root / "notebooks" / "stories" / "north-korean-troops" / "documents"
    articles = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    draw = random.Random(20250115)
    signs = "0123456789,.;:- \n\u00a0\u00ad\u200b“”’()[]%$²٣"
    end, rounds = time.monotonic() + fuzz_seconds(), 0
    while time.monotonic() < end:
        letters = list(draw.choice(articles))
        for _ in range(draw.randint(1, 30)):
            place = draw.randrange(len(letters))
            edit = draw.randrange(4)
            if edit == 0:
                del letters[place]
            elif edit == 1:
                letters.insert(place, draw.choice(signs))
            elif edit == 2:
                letters.insert(place, letters[place])
            else:
                other = draw.randrange(len(letters))
                letters[place], letters[other] = letters[other], letters[place]
        text = "".join(letters)
        figures(text)
        for claim in read(Document("d", text, published="2025-01-13")).claims:
            assert figure_stands_in(text, claim), (text, claim)
            digits = re.findall(r"\d+", claim.number_text)
            assert all(run in claim.quote for run in digits)
        rounds += 1
    assert rounds > 3
