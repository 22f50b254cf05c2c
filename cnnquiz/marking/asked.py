"""A problem goes in; the unit of its number, and which words may stand beside the number, come out."""

import re
from collections.abc import Iterable
from functools import lru_cache

from cnnquiz.marking.typed import plain_characters
from cnnquiz.marking.units import SPELLINGS, Dimension, Unit, named_unit
from cnnquiz.problems.problem import Problem

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_ONLY = re.compile(r"[\w .,;:()'\"#-]*")
_LAYER = re.compile(r"[A-Za-z][\w.]*")

# Words that people put around a number and that change nothing about it.
_HARMLESS = frozenset(
    _WORD.findall("""
    a an the is are it its s of in at to total all overall altogether each only just exactly precisely equals equal be
    about approx approximately around roughly circa ca nearly almost so i think answer ans result gives makes we get
    param params parameter parameters weight weights neuron neurons unit units filter filters channel
    channels layer layers map maps image images operation operations op ops connection connections value values number
    numbers element elements time class classes group groups block blocks bias biases row rows column columns cell
    cells position positions step steps epoch epochs iteration iterations wide high deep size width height depth entry
    entries tensor tensors multiplications additions per rounded ea there here have has contains learnable trainable
    factor vector length dim dims dimension dimensions dimensional
    개 개의 개다 번 회 장 층 명 가지 쌍 행 열 단계 파라미터 매개변수 가중치 채널 필터 뉴런 값 연산 이미지 그룹
    블록 배치 약 대략 정도 쯤 가량 총 모두 합계 답 답은 정답 정답은 결과 결과는 입니다 이다 임 이에요 예요 요 됩니다
    이고 크기 너비 높이 가로 세로 전체 칸 차원 벡터 길이 필요 필요합니다 필요하다 있습니다 있다
    """)
)
# Words that change a number, whatever the prompt says.
_MEANINGFUL = frozenset(
    _WORD.findall("""
    not no half third quarter double twice triple dozen minus plus less more fewer or and but except without than over
    under above below between divided squared cubed square negative times
    또는 혹은 아니 아님 아니라 절반 이상 이하 미만 초과 빼기 더하기 나누기 곱하기 마이너스 사이 및
    """)
)
# What is said about biases beside a number names its convention, which its value tells as well.
_BIASES = re.compile(
    r"\b(?:with(?:out)?|incl(?:uding|\.)?|excl(?:uding|\.)?|no|weights and) (?:the )?bias(?:es)?\b"
    r"|편향(?:은|을|도)? ?(?:포함|제외)(?:하면|한|해서)?",
    re.IGNORECASE,
)
_PARTICLES = tuple(_WORD.findall("입니다 이에요 예요 이다 개의 개 의 은 는 이 가 을 를 만큼 정도 로 으로 임 요"))


def asked_unit(problem: Problem) -> Unit | None:
    """The unit that is written behind the place for the answer, where there is one that we know."""
    return None if problem.unit is None else named_unit(_plain(problem.unit))


def units_in_prompt(problem: Problem, dimension: Dimension) -> tuple[Unit, ...]:
    """The units of a dimension that the prompt speaks of: those of its last sentence, or else of all of it."""
    sentences = _SENTENCE.split(_plain(problem.prompt))
    for text in (sentences[-1], f"{problem.prompt} {problem.convention or ''}"):
        units = tuple(dict.fromkeys(_units_in(text, dimension)))
        if units:
            return units
    return ()


def _units_in(text: str, dimension: Dimension) -> Iterable[Unit]:
    for found in _pattern(dimension).finditer(text.lower()):
        unit = named_unit(found[0], dimension)
        if unit is not None:
            yield unit


@lru_cache
def _pattern(dimension: Dimension) -> re.Pattern[str]:
    spellings = (name for name, units in SPELLINGS.items() for unit in units if unit.dimension == dimension)
    names = sorted((name for name in spellings if len(name) > 1 or name == "%"), key=len, reverse=True)
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, names)) + r")(?![a-z/])")


def are_harmless(problem: Problem, text: str) -> bool:
    """Whether words beside a number leave it as it is: fillers, and what the problem itself speaks of."""
    if not _WORDS_ONLY.fullmatch(text):
        return False
    for token in _BIASES.sub("", text).split():
        name = token.strip("-.,;:()'\"")
        if "-" in token and not name:
            return False
        if any(map(str.isdigit, name)):
            if not _LAYER.fullmatch(name) or name not in _plain(problem.prompt):
                return False
        elif not all(_is_harmless(problem, word) for word in _WORD.findall(name.lower())):
            return False
    return True


def changes_a_number(text: str) -> bool:
    """Whether a text has a word, such as `not` or `or`, beside which a number or a shape is another one."""
    return not _MEANINGFUL.isdisjoint(_WORD.findall(text.lower()))


def _is_harmless(problem: Problem, word: str) -> bool:
    if word in _MEANINGFUL:
        return False
    if word in _HARMLESS:
        return True
    if word.isascii():
        # Letters alone are names of something (W, n, C), not words of the prompt.
        return word.removesuffix("s") in _words(f"{problem.prompt} {problem.unit or ''}")
    return any(not stem or stem in _HARMLESS or (len(stem) > 1 and stem in problem.prompt) for stem in _stems(word))


def _stems(word: str) -> Iterable[str]:
    """A Korean word, and the same without what may be particles: of 높이는, 높이 and 높."""
    yield word
    for particle in _PARTICLES:
        if word.endswith(particle):
            word = word.removesuffix(particle)
            yield word


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in _WORD.findall(text.lower()))


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return plain_characters(text)
