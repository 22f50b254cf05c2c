"""Starter code is Python that says what is asked for and what it is worth, as the exercise's data have it."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from cnnquiz.bank.exercise import Exercise, Setting, load_exercises
from cnnquiz.bank.text import LANGUAGES, literal_text
from cnnquiz.rendering.columns import columns
from cnnquiz.rendering.starter import render_starter

BLOCK = Exercise(
    name="block",
    entry="Block",
    title=literal_text("A block"),
    statement=literal_text("Class: `Block(in_channels, channels, slope=0.1, last=False)`.\n\n- one layer\n- another\n"),
    solution=Path("block.py"),
    solution_entry="Block",
    arguments={"in_channels": 8, "channels": [16, 32], "slope": 0.2, "last": True},
    solution_arguments={},
    input_shape=(8, 9, 7),
    points={"builds": 1, "output_shape": 0, "parameters": 2, "layers": 0, "eval_outputs": 6, "train_outputs": 1},
    forbidden=("torchvision", "timm"),
    source="made up",
)
GRADED_TWICE = replace(
    BLOCK,
    name="block-graded-twice",
    defaults={"slope": 0.1, "last": False},
    points={**BLOCK.points, "other_inputs": 1},
    other_input_shapes=((8, 5, 6), (8, 4, 4)),
    also=(
        Setting(
            arguments={"in_channels": 4, "channels": [8]},
            solution_arguments={},
            input_shape=(4, 9, 7),
            other_input_shapes=(),
        ),
    ),
)
NETWORK = replace(
    BLOCK,
    name="network",
    entry="Network",
    arguments={},
    forbidden=(),
    points={**BLOCK.points, "output_shape": 1, "layers": 2},
)

every_language = pytest.mark.parametrize("language", LANGUAGES)


def docstring(code: str) -> str:
    text = ast.get_docstring(ast.parse(code), clean=False)
    assert text is not None
    return text


@every_language
@pytest.mark.parametrize("exercise", [BLOCK, GRADED_TWICE, NETWORK], ids=lambda exercise: exercise.name)
def test_starter_code_is_as_it_was(exercise, language, golden):
    golden(render_starter(exercise, language), f"starter-{exercise.name}.{language}.txt")


@every_language
@pytest.mark.parametrize("exercise", load_exercises(), ids=lambda exercise: exercise.name)
def test_every_exercise_has_starter_code_that_compiles_and_fits(exercise, language):
    code = render_starter(exercise, language)
    compile(code, f"{exercise.name}.py", "exec")

    assert [line for line in code.splitlines() if columns(line) > 120 or line != line.rstrip()] == []
    assert f"`{exercise.entry}(" in docstring(code)


def test_checks_without_points_are_not_listed():
    listed = [line for line in docstring(render_starter(BLOCK, "en")).splitlines() if line.startswith("- ")]

    assert [line.partition(":")[0] for line in listed] == [
        "- one layer",
        "- another",
        "- 1 point",
        "- 2 points",
        "- 6 points",
        "- 1 point",
    ]


@every_language
def test_arguments_are_shown_as_they_are_graded(language):
    code = render_starter(BLOCK, language)

    call = "Block(in_channels=8, channels=[16, 32], slope=0.2, last=True)"
    assert f"`{call}`" in docstring(code)
    assert f"    model = {call}\n" in code
    assert "__init__(self, in_channels: int, channels: list[int], slope: float, last: bool) -> None:" in code


@every_language
def test_every_setting_is_named_and_built(language):
    code = render_starter(GRADED_TWICE, language)

    for call in ("Block(in_channels=8, channels=[16, 32], slope=0.2, last=True)", "Block(in_channels=4, channels=[8])"):
        assert f"- `{call}`" in docstring(code)
        assert f"    model = {call}\n" in code
    assert code.count("model(torch.zeros(2, ") == 4
    assert "N×8×5×6" in docstring(code)


def test_defaults_that_the_statement_promises_are_in_the_signature():
    code = render_starter(GRADED_TWICE, "en")

    assert "(self, in_channels: int, channels: list[int], slope: float = 0.1, last: bool = False) -> None:" in code


def test_an_argument_that_only_some_settings_give_is_in_the_signature():
    code = render_starter(replace(GRADED_TWICE, arguments={"in_channels": 8}, defaults={"rest": None}), "en")

    assert "(self, in_channels: int, channels: list[int], rest=None) -> None:" in code


def test_many_arguments_take_a_line_each():
    arguments = {f"number_of_channels_{n}": 10**n for n in range(9)} | {"rest": None, "mixed": [1, "same"]}
    code = render_starter(replace(BLOCK, arguments=arguments), "en")

    assert max(len(line) for line in code.splitlines()) <= 120
    function = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef))
    assert [argument.arg for argument in function.args.args] == ["self", *arguments]
    assert "        rest,\n        mixed: list,\n    ) -> None:\n" in code
    assert "        rest=None,\n        mixed=[1, 'same'],\n    )\n" in code


def test_an_exercise_without_a_statement_has_starter_code_too():
    assert "None" not in docstring(render_starter(replace(BLOCK, statement=None), "en"))


@every_language
def test_nothing_in_a_text_ends_the_docstring(language):
    awkward = r'A """quoted""" path: C:\new\x, {% raw %} and ""' + '"'
    exercise = replace(BLOCK, title=literal_text(awkward), statement=literal_text(awkward), arguments={"mode": '"""'})

    assert docstring(render_starter(exercise, language)).count(awkward) == 2
