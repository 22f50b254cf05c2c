"""Small banks, written line by line so that a test knows where each key stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.question import Question
from cnnquiz.bank.reading import read_question
from cnnquiz.bank.yaml_tree import read_yaml

_KEYS = {
    "id": "t.conv-output",
    "topics": "[t]",
    "difficulty": "1",
    "kind": "number",
    "parameters": "{n: [8, 9], k: [3, 5]}",
    "prompt": '{en: "{n} pixels, kernel {k}", ko: "{n}픽셀, 커널 {k}"}',
    "answer": "n - k + 1",
    "mistakes": '[{answer: n - k, feedback: {en: "not {answer}", ko: "{answer} 아님"}}]',
    "hints": "[{en: Count., ko: 세어 보십시오.}]",
    "source": "hand",
}

_CHOICE = {
    "kind": "choice",
    "answer": '{en: "{n - k + 1}", ko: "{n - k + 1}"}',
    "mistakes": "[{answer: {en: a, ko: 가}, feedback: {en: x, ko: x}}, {answer: {en: b, ko: 나}, feedback: {en: x, ko: x}}]",
    "solution": "{en: So., ko: 그렇습니다.}",
}


class Entry:
    """One entry of a question file: the keys of a sound question, some of them changed or, with None, left out."""

    def __init__(self, folder: Path, changes: dict[str, str | None], *, choice: bool = False) -> None:
        keys = {**_KEYS, **(_CHOICE if choice else {}), **changes}
        self.keys = {key: value for key, value in keys.items() if value is not None}
        self.path = folder / "t.yaml"
        self.path.write_text("- " + "\n  ".join(f"{k}: {v}" for k, v in self.keys.items()) + "\n", encoding="utf-8")

    def line(self, key: str) -> int:
        """Where a key stands; keys above it may run over several lines."""
        above = list(self.keys)[: list(self.keys).index(key)]
        return 1 + len(above) + sum(self.keys[each].count("\n") for each in above)

    def read(self) -> Question:
        return read_question(read_yaml(self.path).items()[0])


@pytest.fixture
def entry(tmp_path: Path) -> Callable[..., Entry]:
    """`entry(answer="n", hints=None)`: an entry with these changes; `entry(choice=True)` starts from a choice."""

    def build(*, choice: bool = False, **changes: str | None) -> Entry:
        return Entry(tmp_path, changes, choice=choice)

    return build
