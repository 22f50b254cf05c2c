"""A bank of sums whose work is known, and blueprints written to a file and read."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.bank import Bank, open_bank
from cnnquiz.worksheets.blueprint import Blueprint
from cnnquiz.worksheets.blueprint_reading import read_blueprint

# Name, topic, difficulty, points, kind, parameters, formula. The numbers differ in length, and so does the work.
QUESTIONS = [
    ("sum", "a", 1, 2, "number", "{n: {from: 1, to: 2000}, m: {from: 7, to: 9}}", "n + m"),
    ("product", "a", 1, 2, "number", "{n: {from: 1, to: 1200}}", "n * n * n"),
    ("power", "a", 2, 3, "number", "{n: {from: 2, to: 90}, m: {from: 2, to: 12}}", "n**m"),
    ("wide", "a", 2, 3, "number", "{n: {from: 8, to: 1007}}", "n * 10 + n"),
    ("five", "b", 1, 1, "number", "{n: {from: 1, to: 5}}", "n"),
    ("ten", "b", 1, 1, "number", "{n: {from: 1, to: 10}}", "n"),
    ("forty", "b", 3, 4, "number", "{n: {from: 1, to: 40}}", "n * n"),
    ("prime", "b", 3, 4, "number", "{n: {from: 1, to: 37}}", "n"),
    ("one", "b", 2, 5, "number", "{n: [3]}", "n"),
    ("pair", "c", 2, 1, "shape", "{n: {from: 1, to: 60}}", "(n, n, 3)"),
    ("other", "c", 2, 1, "shape", "{n: {from: 1, to: 60}}", "(n, 2*n, 3)"),
    ("third", "c", 2, 1, "shape", "{n: {from: 1, to: 60}}", "(n, 3*n, 3)"),
]


def places(parameters: str) -> str:
    return "{n} {m}" if ", m: " in parameters else "{n}"


def write_bank(folder: Path) -> Path:
    (folder / "questions").mkdir(parents=True)
    (folder / "questions" / "sums.yaml").write_text(
        "".join(
            f"- {{id: {topic}.{name}, topics: [{topic}], difficulty: {difficulty}, points: {points}, kind: {kind},\n"
            f"   parameters: {parameters}, answer: '{formula}', source: x, hints: [{{en: x, ko: x}}],\n"
            f'   prompt: {{en: "{name} {places(parameters)}", ko: "{name} {places(parameters)}은"}}, '
            f"mistakes: [{{answer: '{'10**30' if kind == 'number' else '(1, 1, 1)'}', feedback: {{en: x, ko: x}}}}]}}\n"
            for name, topic, difficulty, points, kind, parameters, formula in QUESTIONS
        ),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """The bank of QUESTIONS."""
    return open_bank(write_bank(tmp_path_factory.mktemp("sums") / "bank"))


Read = Callable[..., Blueprint]


@pytest.fixture
def read(tmp_path: Path, sums: Bank) -> Read:
    """Write a blueprint as exam.yaml and read it."""

    def read_text(text: str, bank: Bank = sums) -> Blueprint:
        path = tmp_path / "exam.yaml"
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return read_blueprint(path, bank)

    return read_text
