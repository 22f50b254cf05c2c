"""What is kept of practice: attempts at problems, and when a question is due again, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cnnquiz.bank.text import Language
from cnnquiz.marking.mark import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answer to one problem.

    `tried` counts the answers to this problem in its session from 1; the first is the one that counts. `hints` is how
    many had been shown, `answered_at` an aware time. A problem that was passed over without an answer has the verdict
    "empty", one whose answers could not be read "not-understood".
    """

    session: str
    answered_at: datetime
    question: str
    index: int
    language: Language
    tried: int
    hints: int
    response: str
    verdict: Verdict
    points: Fraction
    max_points: int
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """When a question is due again, as an aware time; `memory` is the scheduler's own account of it."""

    due: datetime
    memory: str
