"""Precision, recall and F1 of predicted figures against labelled ones, by group."""

from collections import defaultdict

BANDS = ((0, 3, "0 to 3"), (4, 99, "4 to 99"), (100, None, "100 and more"))


def matched(gold, predicted):
    """Yield (gold, predicted) pairs of one passage: spans that meet, and one category."""
    free = list(predicted)
    for figure in gold:
        first, last = figure["span"]
        hit = next(
            (
                p
                for p in free
                if p["category"] == figure["category"]
                and p["span"][0] < last
                and first < p["span"][1]
            ),
            None,
        )
        if hit is not None:
            free.remove(hit)
        yield figure, hit
    for p in free:
        yield None, p


def band(figure):
    """Return the size of a figure's number."""
    value = figure["low"] if figure["low"] is not None else figure["high"]
    return next(
        name for low, high, name in BANDS if value >= low and (high is None or value <= high)
    )


GROUPS = {
    "category": lambda f: f["category"],
    "qualifier": lambda f: f["qualifier"],
    "status": lambda f: f["status"],
    "size": band,
}


def table(passages, predictions):
    """Return lines of P, R, F1 by category, qualifier, status and size of number."""
    counts = {group: defaultdict(lambda: [0, 0, 0]) for group in GROUPS}
    for passage in passages:
        gold = [f for f in passage["figures"] if not f.get("implicit")]
        for figure, hit in matched(gold, predictions[passage["id"]]):
            for group, key in GROUPS.items():
                wanted = key(figure) if figure else None
                found = key(hit) if hit else None
                if wanted is not None:
                    counts[group][wanted][1] += 1
                if found is not None:
                    counts[group][found][2] += 1
                if wanted is not None and wanted == found:
                    counts[group][wanted][0] += 1
    lines = []
    for group, names in counts.items():
        lines.append(f"by {group:24}      P      R     F1   gold  found")
        for name, (hits, gold, found) in sorted(names.items()):
            precision, recall = hits / found if found else 0, hits / gold if gold else 0
            f1 = 2 * hits / (gold + found) if gold + found else 0
            lines.append(f"  {name:26} {precision:6.3f} {recall:6.3f} {f1:6.3f} {gold:6} {found:6}")
    return lines
