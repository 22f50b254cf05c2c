"""A figure of each kind as JSON: what its schema says, exact numbers, and nothing in the place of a blank."""

import json

import jsonschema
import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.exports.documents import schema
from cnnquiz.exports.figure_json import figure_json
from cnnquiz.problems.draw import problem_at

ASKED = {
    "window": "shapes.conv-output",
    "layers": "alexnet.conv-shape",
    "field": "receptive-field.stack-size",
    "wiring": "resnet.downsampling-shape",
    "curves": "training.overfitting-numbers",
    "roofline": "hardware.ridge-point",
}


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    return {question.id: question for question in open_bank().questions if question.id in ASKED.values()}


def shown(question: Question, index: int = 0) -> dict:
    figure = problem_at(question, index, language="en").figure
    return json.loads(json.dumps(figure_json(figure)))


@pytest.mark.parametrize("kind", ASKED)
def test_a_figure_is_what_the_schema_of_a_worksheet_says(questions, kind):
    document = shown(questions[ASKED[kind]])
    problem = schema("worksheet")["properties"]["problems"]["items"]["properties"]

    assert document["kind"] == kind
    jsonschema.validate(document, problem["figure"], cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "shows": {}}, problem["figure"], cls=jsonschema.Draft202012Validator)


def test_a_blank_is_null_or_a_question_mark(questions):
    assert shown(questions[ASKED["layers"]])["shows"]["shapes"] == [[3, 227, 227], None]
    assert shown(questions[ASKED["field"]])["shows"]["size"] is None
    assert shown(questions[ASKED["wiring"]])["shows"]["boxes"][-1] == "?"


def test_numbers_are_exact(questions):
    # The GeForce GTX 580 of the question: 1.58 TFLOP/s and 192.4 GB/s.
    assert shown(questions[ASKED["roofline"]])["shows"] == {
        "flops_per_second": 1_580_000_000_000,
        "bytes_per_second": 192_400_000_000,
        "works": [],
        "blank": True,
    }
