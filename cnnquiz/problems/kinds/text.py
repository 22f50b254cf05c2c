"""A word or a few, in either language and any spelling that means the same."""

import unicodedata

from cnnquiz.bank.answers import ShortText
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.problems.kinds.kind import RIGHT, Drawing, Key, Kind, Worth, by_mistake, drawn_mistake
from cnnquiz.problems.problem import Answer, Mistake, Problem


def _draw(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, ShortText)
    accepted = _spellings(drawing, rule)
    mistakes: list[Mistake] = []
    taken = {plain(text) for text in accepted}
    for mistake in drawing.question.mistakes:
        assert isinstance(mistake.answer, ShortText)
        for spelling in _spellings(drawing, mistake.answer):
            if plain(spelling) in taken:
                continue
            taken.add(plain(spelling))
            mistakes.append(drawn_mistake(drawing, mistake, spelling))
    return Key(answer=rule.text.fill(drawing.language, drawing.values), accepted=accepted, mistakes=tuple(mistakes))


def _spellings(drawing: Drawing, text: ShortText) -> tuple[str, ...]:
    """In the problem's language first."""
    languages = (drawing.language, *(each for each in LANGUAGES if each != drawing.language))
    filled = (text.text.fill(language, drawing.values) for language in languages)
    spellings = tuple(dict.fromkeys((*filled, *text.accepted)))
    for spelling in spellings:
        if not plain(spelling):
            # Who writes nothing would give it.
            raise drawing.fault(f"the text {spelling!r}", expected="letters or digits in it")
    return spellings


def plain(text: str) -> str:
    """Letters and digits alone, in one case and one form: spaces, hyphens and marks do not matter."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _worth(problem: Problem, given: Answer) -> Worth:
    wanted = plain(str(given))
    if wanted in map(plain, problem.accepted):
        return RIGHT
    return by_mistake(problem, lambda mistake: plain(str(mistake.answer)) == wanted)


def _show(_problem: Problem, answer: Answer) -> str:
    return str(answer)


def _show_mistake(_problem: Problem, mistake: Mistake) -> str:
    return str(mistake.answer)


TEXT = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
