"""A small bank whose keys can be worked out in the head, a clock that stands still, and sessions on both."""

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnnquiz.bank.bank import Bank, open_bank
from cnnquiz.practice.conversation import converse
from cnnquiz.practice.screen import Screen
from cnnquiz.practice.session import Session, Wanted
from cnnquiz.practice.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

QUESTIONS = """
    - id: sums.double
      topics: [sums]
      difficulty: 1
      kind: number
      parameters: {n: {from: 1, to: 6}}
      prompt: {en: "Double {n}?", ko: "{n}의 두 배는?"}
      answer: 2*n
      mistakes:
        - {answer: n*n, feedback: {en: "You squared `{n}`.", ko: "`{n}`의 제곱입니다."}}
      hints:
        - {en: Add it to itself., ko: 자신을 더하십시오.}
        - {en: "{n} and {n}.", ko: "{n} 더하기 {n}."}
      solution: {en: "{n} + {n}", ko: "{n} + {n}"}
      source: Sums, chapter 1
    - id: sums.shape
      topics: [sums, shapes]
      difficulty: 2
      points: 2
      kind: shape
      parameters: {n: {from: 3, to: 9}}
      prompt: {en: "The shape of {n} maps of 7×5?", ko: "7×5 크기의 맵 {n}장의 크기는?"}
      answer: (n, 7, 5)
      mistakes:
        - {answer: "(n, 5, 7)", feedback: {en: Height comes first., ko: 높이가 먼저입니다.}}
      hints: [{en: Channels first., ko: 채널이 먼저입니다.}]
      source: Shapes, chapter 2
    - id: sums.table
      topics: [sums]
      difficulty: 3
      points: 3
      kind: table
      parameters: {n: {from: 2, to: 4}}
      prompt: {en: "Fill in for {n}.", ko: "{n}에 대해 채우십시오."}
      answer:
        each: row
        of: (1, 2, 3)
        columns:
          - {title: {en: factor, ko: 수}, given: row}
          - {title: {en: product, ko: 곱}, blank: row*n}
      hints: [{en: Multiply., ko: 곱하십시오.}]
      solution: {en: "Each row times {n}.", ko: "행마다 {n}배입니다."}
      source: Sums, chapter 1
"""


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **units: float) -> None:
        self.now += timedelta(**units)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sums") / "bank"
    (folder / "questions").mkdir(parents=True)
    (folder / "questions" / "sums.yaml").write_text(textwrap.dedent(QUESTIONS), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def bank(bank_folder: Path) -> Bank:
    return open_bank(bank_folder)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "practice.sqlite")) as opened:
        yield opened


Begin = Callable[..., Session]


@pytest.fixture
def begin(bank: Bank, store: Store, clock: Clock) -> Begin:
    """`begin(count=2, again=True)`: a session on the questions of the bank."""

    def session(store: Store = store, topic: str = "sums", **wanted: object) -> Session:
        usual = {"language": "en", "seed": 1, "count": 10}
        outlines = bank.select([topic]).outlines
        return Session(Wanted(outlines=outlines, **usual | wanted), store, id="session", clock=clock)

    return session


Talk = Callable[..., str]


@pytest.fixture
def talk(bank: Bank) -> Talk:
    """What a session says when these lines are typed; each stands behind the prompt, as in a terminal."""

    def transcript(session: Session, *lines: str) -> str:
        language = session.wanted.language
        screen = Screen(language=language, width=80, colour=False, title=lambda topic: bank.title([topic], language))
        said: list[str] = []
        typed = iter(lines)

        def read() -> str | None:
            line = next(typed, None)
            said.append("> \n" if line is None else f"> {line}\n")
            return line

        converse(session, screen, read=read, write=said.append)
        return "".join(said)

    return transcript
