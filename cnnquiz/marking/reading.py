"""How a typed text was read: the answer that it gives, or why it gives none."""

from dataclasses import dataclass
from typing import Literal

from cnnquiz.problems.problem import Answer

Reason = Literal["unreadable", "two", "unit", "separator", "long", "once", "count"]
"""Why a text was not understood: it has no reading; it gives two answers; its unit measures something else; its comma
or point could mean either; it is too long; an option is missing or there twice; it has too many parts."""

Remark = Literal["exact", "coarse", "sizes", "whole"]
"""What else to say of a wrong number or shape: that it is the rounded key where the exact one is asked for, or rounded
further than the question allows; that a shape has another number of sizes; that its sizes are not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The answer that a text gives, and the same as a person writes it; without `answer`, it was not understood.

    `convention` names another convention under which the answer is the key, where the question itself names none.
    """

    answer: Answer | None = None
    shown: str | None = None
    reason: Reason = "unreadable"
    convention: str | None = None
    remark: Remark | None = None
