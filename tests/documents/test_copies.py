"""Near-copies are linked to the first text, and stay."""

import pytest

from analysis.documents import link_copies
from analysis.model import Document

WIRE = " ".join(
    f"The coastguard said that boat number {n} had left the harbour of the town." for n in range(20)
)


def test_a_copy_is_linked_to_the_first_and_nothing_is_dropped():
    """A changed figure makes no other text of it, and no text is lost by the link."""
    texts = [WIRE, WIRE.replace("number 7", "number 77"), "A wholly different report. " * 10, WIRE]
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    found = list(link_copies(documents))
    assert [d.text for d in found] == texts
    assert [d.near_duplicate_of for d in found] == [None, "0", None, "0"]


@pytest.mark.parametrize(("other", "linked"), [("Two died.", "a"), ("Three died.", None)])
def test_short_texts_are_linked_only_where_they_are_equal(other, linked):
    """Two short sentences are alike by chance."""
    found = list(link_copies([Document("a", "Two  died."), Document("b", other)]))
    assert found[1].near_duplicate_of == linked
