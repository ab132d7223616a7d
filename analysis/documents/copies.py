"""Link texts that are nearly the same, such as a wire report that many papers print.

A copy is linked, never dropped: a text in which one figure was changed is as near to the first
one as a reworded copy is, so what each of them says must stay.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analysis.model import Document

NEAR = 0.8  # share of the five-word runs that two texts have in common
FEWEST_WORDS = 30  # short texts are alike by chance
WORDS = 5
PERMUTATIONS = 128
BANDS = 16
SEED = 1  # a fixed one, so that the same texts are linked for ever


def link_copies(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield each document, with `near_duplicate_of` set to the first one that it is a copy of."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(NEAR, PERMUTATIONS, BANDS)
    firsts: list[tuple[str, RMinHash]] = []
    same: dict[str, str] = {}  # the first document of each text, by its words
    for document in documents:
        words = document.text.split()
        twin = same.setdefault(" ".join(words), document.document_id)
        if twin != document.document_id:
            yield replace(document, near_duplicate_of=twin)
            continue
        if len(words) < FEWEST_WORDS:
            yield document
            continue
        sketch = RMinHash(PERMUTATIONS, SEED)
        sketch.update(list(map(" ".join, zip(*(words[n:] for n in range(WORDS)), strict=False))))
        near = [firsts[n] for n in sorted(index.query(sketch))]
        first = next((name for name, other in near if sketch.jaccard(other) >= NEAR), None)
        if first is None:
            index.insert(len(firsts), sketch)
            firsts.append((document.document_id, sketch))
        yield replace(document, near_duplicate_of=first) if first else document
