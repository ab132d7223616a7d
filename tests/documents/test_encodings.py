"""I02, encodings: the right text, or a refusal that says why; what was guessed is recorded."""

import random

import pytest

from analysis.documents.encodings import decode
from analysis.documents.feed import read_feed
from analysis.documents.text import read_text
from analysis.documents.webpage import read_page
from analysis.errors import BadDocument

ENGLISH = (
    "“At least 30 people were killed near the café,” the coastguard said – it cost £5 million. "
)
SPANISH = "Al menos 30 personas murieron y 12 resultaron heridas, según la guardia costera; el niño está grave. "
RUSSIAN = "По меньшей мере 30 человек погибли и 12 были ранены, сообщила береговая охрана. "
JAPANESE = "沿岸警備隊によると、少なくとも30人が死亡し、12人が負傷した。船は夕方に港を出た。"
FILLER = (
    "<p>The boat had left the harbour in the evening, and the weather was calm all night.</p>" * 4
)


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (ENGLISH, "cp1252", "cp1252"),
        (SPANISH, "latin-1", "cp1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8_r"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc-jp", "euc_jp"),
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
    ],
)
def test_a_text_that_nothing_declares_is_read_rightly_and_the_guess_is_recorded(
    text, encoding, said, tmp_path
):
    """Western letters are no Central European ones, and UTF-16 needs no mark."""
    document = read_text(tmp_path / "a.txt", (text * 6).encode(encoding), "a.txt", "s")
    assert document.text == (text * 6).strip()
    assert document.origin == f"a.txt (read: encoding guessed: {said})"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ((SPANISH * 3).encode() + (SPANISH * 3).encode("latin-1"), "mixes UTF-8 with another"),
        (b"\xef\xbb\xbf" + (SPANISH * 3).encode("latin-1"), "begins as utf-8 but byte"),
        ((SPANISH * 3).encode()[:-30] + "ó".encode()[:1], "in the middle of a character"),
        (ENGLISH.encode("utf-16")[:-1], "begins as utf-16 but byte"),
        (
            "En az 30 kişi öldü. On iki yaralı hastanede, dedi doktor. ".encode("cp1254") * 8,
            "it may be cp125",
        ),
        ("30 tués à Nîmes".encode("latin-1"), "too few to guess"),
        (b"\x1b$)A 30 " + b"!'" * 200 + b"\xff", "switches its encoding"),
    ],
)
def test_a_text_that_may_be_several_things_is_refused(data, reason, tmp_path):
    """A mixture or a coin toss would put wrong letters under somebody's name."""
    with pytest.raises(BadDocument, match=reason):
        read_text(tmp_path / "a.txt", data, "a.txt", "s")


def test_random_bytes_are_no_text_in_any_encoding():
    """I01: neither noise nor pictures become words; a fixed seed, so that it is the same noise."""
    draw = random.Random(7)
    for number in range(60):
        data = draw.randbytes(draw.choice((50, 300, 3000)))
        if number % 3 == 1:
            data = bytes(byte | 0x80 for byte in data)
        elif number % 3 == 2:
            data = b"\x89PNG\r\n\x1a\n" + data
        with pytest.raises(BadDocument):
            decode(data)


@pytest.mark.parametrize(
    ("words", "declared", "encoding", "said"),
    [
        (SPANISH, "iso-8859-1", "utf-8", "encoding utf-8, although declared as iso-8859-1"),
        (RUSSIAN, "windows-1251", "utf-8", "encoding utf-8, although declared as windows-1251"),
        (RUSSIAN, "utf-16", "utf-8", "encoding utf-8, although declared as utf-16"),
        (RUSSIAN, "gb2312", "utf-8", "encoding utf-8, although declared as gb2312"),
        (SPANISH, "utf-8", "latin-1", "encoding guessed: cp1252"),
        (RUSSIAN, "no-such-name", "cp1251", "encoding guessed: cp1251, although declared as no-"),
        (ENGLISH, "iso-8859-1", "cp1252", "encoding cp1252"),
        (RUSSIAN, "windows-1251", "cp1251", "encoding cp1251"),
        (JAPANESE, "Shift_JIS", "cp932", "encoding cp932"),
        (ENGLISH, "utf-8", "utf-16-le", "encoding guessed: utf-16-le"),
    ],
)
def test_a_page_that_declares_what_it_is_not_is_read_as_what_it_is(words, declared, encoding, said):
    """Bytes that prove UTF-8 outrule a declaration; Latin 1 means what browsers take it for."""
    page = f"<html><head><meta charset={declared}><title>A</title></head><body><article><p>{words}</p>{FILLER}</article></body></html>"
    document = read_page(page.encode(encoding), "a.html", "a.html", "s")
    assert words.strip() in document.text
    assert said in document.origin


@pytest.mark.parametrize(
    "codec", ["unicode_escape", "rot13", "punycode", "utf-7", "idna", "base64"]
)
def test_a_page_cannot_choose_a_codec_that_makes_other_numbers_of_it(codec):
    """What it shows in a browser is what is read."""
    words = r"\x33\x30 people were killed and +ADEAMg- wounded"
    page = f"<html><head><meta charset={codec}></head><body><article><p>{words}</p>{FILLER}</article></body></html>"
    assert words in read_page(page.encode(), "a.html", "a.html", "s").text


@pytest.mark.parametrize(
    ("declared", "encoding", "note"),
    [
        ("windows-1251", "cp1251", " (read: encoding cp1251)"),
        ("utf-8", "cp1251", " (read: encoding guessed: cp1251)"),
        ("utf-16", "utf-16", " (read: encoding utf-16)"),
        ("utf-16", "utf-16-le", " (read: encoding guessed: utf-16-le)"),
        ("utf-8", "utf-8", ""),
    ],
)
def test_a_feed_is_decoded_as_a_page_is(declared, encoding, note):
    """The parser of feeds would guess in its own way and say nothing."""
    data = f"<?xml version='1.0' encoding='{declared}'?><rss version='2.0'><channel><item><title>{RUSSIAN * 3}</title></item></channel></rss>"
    [document] = read_feed(data.encode(encoding), "f.xml", "s")
    assert document.text == (RUSSIAN * 3).strip()
    assert document.origin == f"f.xml entry 1{note}"
