"""Make a corpus of short articles with a given share of casualty sentences, always the same."""

import random

SENTENCES = 34  # about 3 KB, as news articles have
TOPICS = (
    "The council voted {a} to {b} to widen the road, which will cost ${c} million over {d} years.",
    "Shares of the maker rose {a}.{b} per cent on Tuesday after it reported sales of {c},{d}00 units.",
    "The visitors won {a}-{b} in front of {c},000 fans, their {d}th win of the season.",
    "Temperatures will reach {a} degrees on Monday, with winds of {b} km an hour near the coast.",
    "The museum, opened in 19{a}, holds {b} paintings and {c} drawings from {d} countries.",
    "Prices of wheat fell by {a} dollars a tonne, the lowest in {b} months, traders in the city said.",
    "The new bridge is {c} metres long and took {d} workers {a} months to build, the mayor told a crowd.",
    "A survey of {c},{d}00 households found that {a} in {b} families own two cars and a bicycle.",
)
TOLLS = (
    "At least {a} people were killed and {b} injured when a bus left the road, police said on Monday.",
    "The army said {a} soldiers had died and {b} were missing after an attack on a base in the north.",
    "Floods have killed {a} villagers and displaced {c},000 families, according to the relief agency.",
)


def articles(count: int, share: float, seed: int = 7) -> list[str]:
    """Return articles of the usual 3 KB; a share of them holds one sentence with a toll."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        sentences = [_filled(draw, draw.choice(TOPICS)) for _ in range(SENTENCES)]
        if draw.random() < share:
            sentences[draw.randrange(SENTENCES)] = _filled(draw, draw.choice(TOLLS))
        made.append(" ".join(sentences))
    return made


def _filled(draw: random.Random, pattern: str) -> str:
    numbers = {name: draw.randint(11, 97) for name in "abcd"}
    return pattern.format(**numbers)
