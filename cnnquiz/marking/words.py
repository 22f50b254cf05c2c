"""What marks say to a student, in both languages."""

from collections.abc import Mapping

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language
from cnnquiz.marking.reading import Reason, Remark

_SAID: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "right": "Right.",
        "wrong": "This is not right.",
        "empty": "No answer was given.",
        "convention": "This is right under another convention than the stated one: {convention}.",
        "taken as": "{unit} taken as {other}",
        "in unit": "in {unit} instead of {asked}",
        "in ones": "the bare number instead of {asked}",
        "channels last": "height × width × channels",
        "batch": "with the batch in front",
        "parts": "{right} of {all} are right.",
        "part": "Part {number}: {feedback}",
        "not understood": "Your answer was not understood{why}. Expected: {expected}.",
    },
    "ko": {
        "right": "맞았습니다.",
        "wrong": "맞지 않습니다.",
        "empty": "답이 없습니다.",
        "convention": "문제와 다른 기준에서는 맞는 답입니다: {convention}.",
        "taken as": "{unit} 단위를 {other} 단위로 본 값",
        "in unit": "{asked} 대신 {unit} 단위로 쓴 값",
        "in ones": "{asked} 단위로 바꾸지 않은 값",
        "channels last": "높이 × 너비 × 채널",
        "batch": "맨 앞에 배치를 넣은 크기",
        "parts": "{all}개 중 {right}개가 맞았습니다.",
        "part": "{number}번째: {feedback}",
        "not understood": "답을 읽을 수 없습니다{why}. {expected} 써 주십시오.",
    },
}

_WHY: Mapping[Language, Mapping[Reason, str]] = {
    "en": {
        "unreadable": "",
        "two": ": it holds more than one answer",
        "unit": ": its unit measures something else",
        "separator": ": its comma or point may stand before decimals or between thousands",
        "long": ": it is too long",
        "once": ": every option must be there once",
        "count": ": it has another number of parts",
    },
    "ko": {
        "unreadable": "",
        "two": ": 답이 둘 이상입니다",
        "unit": ": 다른 것을 재는 단위입니다",
        "separator": ": 쉼표나 점이 소수점인지 천 단위 구분인지 알 수 없습니다",
        "long": ": 너무 깁니다",
        "once": ": 모든 보기가 한 번씩 있어야 합니다",
        "count": ": 답의 개수가 다릅니다",
    },
}

_REMARKS: Mapping[Language, Mapping[Remark, str]] = {
    "en": {
        "exact": "The number was rounded, but the exact one is asked for.",
        "coarse": "The number was rounded further than the question allows.",
        "sizes": "This shape has another number of sizes than the one asked for.",
        "whole": "The sizes of a shape are whole numbers of at least 1.",
    },
    "ko": {
        "exact": "반올림한 값입니다. 정확한 값을 써야 합니다.",
        "coarse": "문제에서 허용한 것보다 더 크게 반올림했습니다.",
        "sizes": "축의 개수가 문제에서 묻는 것과 다릅니다.",
        "whole": "각 축의 크기는 1 이상의 정수여야 합니다.",
    },
}

_EXPECTED: Mapping[Language, Mapping[AnswerKind, str]] = {
    "en": {
        "number": "one number in digits{unit}",
        "shape": "the sizes with × between them",
        "choice": "one letter from {letters}",
        "choices": "letters from {letters} with commas between them",
        "order": "the letters {letters} from first to last, each once",
        "match": "a letter for each number, with commas between them",
        "table": "the blanks row by row, with ; between them",
        "text": "a word or a few",
        "listing": "the number of a line and a letter from {letters}",
    },
    "ko": {
        "number": "숫자 하나{unit}로",
        "shape": "크기 사이에 ×를 넣어",
        "choice": "{letters} 중 글자 하나로",
        "choices": "{letters} 중 글자를 쉼표로 나누어",
        "order": "{letters}를 한 번씩 차례대로",
        "match": "번호마다 글자를 하나씩 쉼표로 나누어",
        "table": "빈칸을 행 순서대로 ;로 나누어",
        "text": "짧은 낱말로",
        "listing": "줄 번호와 {letters} 중 글자 하나로",
    },
}


def said(language: Language, name: str, **values: object) -> str:
    """A sentence or a phrase with its places filled."""
    return _SAID[language][name].format(**values)


def remark(language: Language, which: Remark) -> str:
    """What else to say of a wrong answer."""
    return _REMARKS[language][which]


def not_understood(language: Language, kind: AnswerKind, reason: Reason, *, letters: str, unit: str | None) -> str:
    """Why an answer was not understood and what was expected; never anything of the key."""
    with_unit = "" if unit is None else {"en": f", in {unit}", "ko": f"({unit} 단위)"}[language]
    expected = _EXPECTED[language][kind].format(letters=letters, unit=with_unit)
    return said(language, "not understood", why=_WHY[language][reason], expected=expected)
