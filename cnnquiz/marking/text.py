"""What a student typed where a word is asked for goes in; the text that is compared comes out."""

import re

from cnnquiz.marking.reading import Reading
from cnnquiz.problems.kinds.text import plain
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 300

_BEFORE = re.compile(
    r"^(?:(?:the )?(?:answer|ans)(?: is)?|it is(?: called)?|it's|this is|정답은?|답은?)\s*:?\s+|^(?:a|an|the) ", re.I
)
_AFTER = re.compile(r"(?:입니다|이다|이라고 합니다|라고 합니다|이에요|예요)[.!]?$")
_OTHERS = re.compile(r"\s*(?:[/,;()=\n]| or | 또는 | 혹은 )\s*")


def settle_text(problem: Problem, text: str) -> Reading:
    """The text itself, or what is left of it without `the answer is`; two different answers are none."""
    if len(text) > _MOST_CHARACTERS:
        return Reading(reason="long")
    known = {plain(each): "" for each in problem.accepted}
    for mistake in problem.mistakes:
        known.setdefault(plain(str(mistake.answer)), mistake.feedback)
    bare = _AFTER.sub("", _BEFORE.sub("", _BEFORE.sub("", text.strip()))).strip()
    for each in (text, bare):
        if plain(each) in known:
            return Reading(answer=each, shown=each)
    pieces = [piece for piece in _OTHERS.split(bare) if plain(piece)]
    means = {known.get(plain(piece)) for piece in pieces}
    if len(pieces) > 1 and len(means) == 1 and None not in means:
        return Reading(answer=pieces[0], shown=bare)
    if len(pieces) > 1 and means - {None}:
        return Reading(reason="two")
    return Reading(answer=text, shown=text) if plain(text) else Reading()
