"""A word or a few, in either language and any spelling that means the same."""

import unicodedata

from cnnquiz.bank.answers import ShortText
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.problems.kinds.kind import RIGHT, WRONG, Drawing, Key, Kind, Mark, feedback
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
            mistakes.append(Mistake(answer=spelling, feedback=feedback(drawing, mistake), credit=mistake.credit))
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


def _mark(problem: Problem, given: Answer) -> Mark:
    wanted = plain(str(given))
    if wanted in map(plain, problem.accepted):
        return RIGHT
    for mistake in problem.mistakes:
        if plain(str(mistake.answer)) == wanted:
            return Mark(credit=mistake.credit, feedback=(mistake.feedback,))
    return WRONG


def _show(_problem: Problem, answer: Answer) -> str:
    return str(answer)


def _show_mistake(_problem: Problem, mistake: Mistake) -> str:
    return str(mistake.answer)


TEXT = Kind(draw=_draw, show=_show, mark=_mark, show_mistake=_show_mistake)
