"""What a sentence says happened, and what it denies, plans, foresees or makes up."""

import pytest

from analysis.extract import read
from analysis.model import Document

REPORTED = [
    "The missile went on to kill 12 people.",
    "It was the first strike to kill 12 people.",
    "He managed to kill 12 soldiers.",
    "The bomb used to kill 12 people was homemade.",
    "12 people are believed to be missing.",
    "The floods forced 12 people to flee.",
    "The toll could rise: 12 people were killed.",
    "The ministry should publish a list of the 12 people killed.",
    "The group denied involvement in the attack that killed 12 people.",
    "12 people were killed in the strike, which the army denied carrying out.",
    "12 people were killed; the army denied that it was there.",
    "The army killed 12 and may have wounded others.",
    "The company denies negligence over the fire in which 12 people died.",
    "Russia denied it had struck the hospital, where 12 people were killed.",
    "The minister denied any cover-up of the crash that killed 12 people.",
    "The bus had 46 passengers aboard, 12 of whom died.",
    "The president is expected to visit the families of the 12 people killed.",
]
PROJECTED = [
    "The plot to kill 12 people was foiled.",
    "They planned to kill 12 officials.",
    "He was convicted of plotting to kill 12 people.",
    "The army tried to capture 12 fighters.",
    "12 people were to be executed on Friday.",
    "A model predicts 12 dead.",
    "The flood could kill 12 people.",
]
NEGATED = [
    "It is not true that 12 people were killed.",
    "No evidence shows that 12 people were killed.",
    "Reports that 12 people were killed were false.",
    "The ministry falsely claimed that 12 people were killed.",
    "A court acquitted him of killing 12 people.",
    "The men deny killing 12 people.",
    "The army denied it had killed 12 people.",
    "Rumours that 12 people had drowned proved unfounded.",
    "Contrary to reports of 12 dead, all are well.",
    "The ministry denied that 12 people were killed.",
    "The toll was cut because 12 bodies had been counted twice.",
    "The hospital had counted 12 bodies twice.",
]
CASES = [
    *((text, "reported") for text in REPORTED),
    *((text, "projected") for text in PROJECTED),
    *((text, "negated") for text in NEGATED),
]


@pytest.mark.parametrize(("text", "status"), CASES, ids=[text for text, _ in CASES])
def test_a_number_is_what_its_sentence_makes_of_it(text, status):
    """METHOD.md 2.7."""
    [claim] = read(Document("d", text)).claims
    assert (claim.low, claim.status) == (12, status)


@pytest.mark.parametrize(
    "text",
    [
        "In the novel 12 people are killed.",
        "A drill simulated an attack in which 12 people were killed.",
        "In the film 12 people are killed.",
    ],
)
def test_what_may_be_made_up_is_put_before_a_person(text):
    """An exercise or a story counts nobody by itself."""
    reading = read(Document("d", text))
    assert (len(reading.claims), len(reading.doubts)) == (0, 1)
