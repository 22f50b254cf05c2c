"""Small banks, written line by line so that a test knows where each key stands."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cnnquiz.bank.library import Library
from cnnquiz.bank.question import Question
from cnnquiz.bank.reading.question import read_question, read_questions
from cnnquiz.bank.reading.yaml_tree import read_yaml

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


def same(text: str) -> str:
    """A text that is the same in both languages."""
    return f'{{en: "{text}", ko: "{text}"}}'


def wrong(*answers: str, **more: str) -> str:
    """Mistakes with these answers, each with a feedback that repeats it."""
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return (
        "[" + ", ".join(f"{{answer: {same(each)}, feedback: {same('not ' + each)}{extra}}}" for each in answers) + "]"
    )


_NO_PARAMETERS = {
    "parameters": None,
    "prompt": "{en: Which?, ko: 무엇입니까?}",
    "solution": "{en: So., ko: 그렇습니다.}",
}

SOUND: Mapping[str, Mapping[str, str | None]] = {
    "number": {},
    "shape": {"answer": "(1, n - k + 1)", "mistakes": f"[{{answer: '(1, n)', feedback: {same('x')}}}]"},
    "choice": {
        "answer": '{en: "{n - k + 1}", ko: "{n - k + 1}"}',
        "mistakes": "[{answer: {en: a, ko: 가}, feedback: {en: x, ko: x}}, {answer: {en: b, ko: 나}, feedback: {en: x, ko: x}}]",
        "solution": "{en: So., ko: 그렇습니다.}",
    },
    "choices": {**_NO_PARAMETERS, "answer": f"[{same('r1')}, {same('r2')}]", "mistakes": wrong("w1", "w2", "w3")},
    "order": {**_NO_PARAMETERS, "answer": f"[{same('a')}, {same('b')}, {same('c')}, {same('d')}]", "mistakes": "[]"},
    "match": {
        **_NO_PARAMETERS,
        "answer": "[" + ", ".join(f"{{left: {same(f'l{i}')}, right: {same(f'r{i}')}, feedback: {same(f'f{i}')}}}" for i in range(4)) + "]",
        "mistakes": None,
    },
    "table": {
        "solution": "{en: So., ko: 그렇습니다.}",
        "answer": f"\n    each: row\n    of: (1, 2, 3)\n    columns:\n      - {{title: {same('step')}, given: row}}\n      - {{title: {same('size')}, blank: n - row*(k - 1)}}",
        "mistakes": f"[{{column: 2, answer: n - row*k, feedback: {same('x')}}}]",
    },
    "text": {**_NO_PARAMETERS, "answer": "{en: global average pooling, ko: 전역 평균 풀링}", "mistakes": wrong("max pooling")},
    "listing": {
        **_NO_PARAMETERS,
        "listing": "|\n    a = 1\n    b = 2\n    c = 3",
        "answer": "{line: 2, fixed: b = 3, effect: {en: right, ko: 맞음}}",
        "mistakes": f"[{{line: 1, feedback: {same('line 1')}}}, {{effect: {same('wrong 1')}, feedback: {same('e1')}}}, {{effect: {same('wrong 2')}, feedback: {same('e2')}}}]",
    },
}  # fmt: skip
"""A sound question of every answer kind: what it changes in the one above."""


class Entry:
    """One entry of a question file: the keys of a sound question, some of them changed or, with None, left out."""

    def __init__(self, folder: Path, changes: Mapping[str, str | None], *, kind: str = "number") -> None:
        keys = {**_KEYS, "kind": kind, **SOUND[kind], **changes}
        self.keys = {key: value for key, value in keys.items() if value is not None}
        self.path = folder / "t.yaml"
        self.path.write_text("- " + "\n  ".join(f"{k}: {v}" for k, v in self.keys.items()) + "\n", encoding="utf-8")

    def line(self, key: str) -> int:
        """Where a key stands; keys above it may run over several lines."""
        above = list(self.keys)[: list(self.keys).index(key)]
        return 1 + len(above) + sum(self.keys[each].count("\n") for each in above)

    def read(self, library: Library | None = None) -> Question:
        return read_question(read_yaml(self.path).items()[0], library)

    def read_all(self, library: Library) -> tuple[Question, ...]:
        return read_questions(read_yaml(self.path).items()[0], library)


@pytest.fixture
def entry(tmp_path: Path) -> Callable[..., Entry]:
    """`entry(answer="n", hints=None)`: an entry with these changes; `entry(of="choice")` starts from a choice."""

    def build(*, choice: bool = False, of: str = "number", **changes: str | None) -> Entry:
        return Entry(tmp_path, changes, kind="choice" if choice else of)

    return build
