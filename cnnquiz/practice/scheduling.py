"""A mark and a question's card go in; the card with its next due time comes out."""

from datetime import datetime, timedelta
from typing import Literal

import fsrs

from cnnquiz.marking.mark import Mark
from cnnquiz.practice.attempt import Card

Recall = Literal["again", "hard", "good", "easy"]
"""How well a question was remembered, in the words of spaced repetition."""

_RATINGS = {
    "again": fsrs.Rating.Again,
    "hard": fsrs.Rating.Hard,
    "good": fsrs.Rating.Good,
    "easy": fsrs.Rating.Easy,
}

# Without fuzz, the same answers at the same times give the same dates on every machine.
# One step, as what was right with numbers never seen before need not be shown again minutes later.
_SCHEDULER = fsrs.Scheduler(learning_steps=(timedelta(minutes=10),), enable_fuzzing=False)


def recall(mark: Mark, *, hints: int, difficulty: int) -> Recall:
    """What a first answer says about memory: a hint makes it hard, and an easy question that is right needs no soon
    repetition. An answer that is right under another convention is remembered, if not read well.
    """
    if mark.verdict == "other-convention" or (mark.verdict == "right" and hints):
        return "hard"
    if mark.verdict != "right":
        return "again"
    return "easy" if difficulty == 1 else "good"


def review(card: Card | None, how: Recall, *, now: datetime) -> Card:
    """The card after an answer at `now`, an aware time; None is the card of a question that was never asked."""
    # The scheduler never looks at the number; without one it would wait for a number of its own.
    before = fsrs.Card(card_id=0, due=now) if card is None else fsrs.Card.from_json(card.memory)
    after, _log = _SCHEDULER.review_card(before, _RATINGS[how], review_datetime=now)
    return Card(due=after.due, memory=after.to_json())
