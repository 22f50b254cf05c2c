"""Every JSON document that a command prints is what its checked-in schema says."""

import json
from fractions import Fraction

import jsonschema
import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.networks import load_network, network_names
from cnnquiz.exports.documents import exact, schema
from cnnquiz.exports.network_json import network_json
from cnnquiz.exports.report_json import error_json, report_json
from cnnquiz.exports.worksheet_json import worksheet_json
from cnnquiz.grading.report import Check, Crash, Diagnosis, Report
from cnnquiz.sandbox import Isolation, StudentFrame
from cnnquiz.worksheets.plan import draw_worksheet


def validate(text: str, noun: str) -> None:
    document = json.loads(text)
    assert document["schema"] == f"cnnquiz.{noun}/1"
    jsonschema.Draft202012Validator.check_schema(schema(noun))
    jsonschema.validate(document, schema(noun), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("topic", ["alexnet", "shapes"])
@pytest.mark.parametrize("key", [True, False])
def test_worksheet(topic, key):
    worksheet = draw_worksheet(open_bank().select([topic]), title=topic, seed=3)
    validate(worksheet_json(worksheet, key=key), "worksheet")


@pytest.mark.parametrize("name", network_names())
def test_network(name):
    validate(network_json(load_network(name)), "network")


def report(**changes: object) -> Report:
    check = Check(
        name="builds",
        title="the module builds",
        passed=None,
        points=0,
        max_points=1,
        message="not judged",
        expected=None,
        actual="x",
        soundness="proved",
    )
    facts = {
        "submission": "제출.py",
        "exercise": "lenet5",
        "title": "LeNet-5",
        "language": "ko",
        "entry": "LeNet5",
        "arguments": {"num_classes": 10},
        "verdict": "crash",
        "checks": (check,),
        "diagnosis": (Diagnosis(bug="missing relu", where="conv1", message="…", confidence="structural"),),
        "crash": Crash(message="boom", frames=(StudentFrame(file_name="a.py", line=3, function="f", source="f()"),)),
        "alignment": None,
        "printed": "hello\n",
        "isolation": Isolation(kind="basic", name="basic", enforced=("time",), missing=("network",), reason=""),
        "seconds": 0.25,
    }
    return Report(**facts | changes)


def test_report():
    validate(report_json(report()), "report")
    validate(report_json(report(crash=None, diagnosis=())), "report")
    validate(error_json("a.py", None, "the machine is out of memory"), "report")


@pytest.mark.parametrize("change", [{"verdict": "fine"}, {"submission": 3}, {"seconds": -1}])
def test_a_wrong_report_does_not_pass(change):
    with pytest.raises(jsonschema.ValidationError):
        validate(report_json(report(**change)), "report")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(5, 5, id="an int"),
        pytest.param(Fraction(10, 2), 5, id="a whole fraction"),
        pytest.param(Fraction(1, 8), 0.125, id="a decimal that ends"),
        pytest.param(Fraction("94.2"), 94.2, id="a decimal that a float prints exactly"),
        pytest.param(Fraction(1, 9), "1/9", id="one that does not end"),
        pytest.param((96, 55, 55), [96, 55, 55], id="a shape"),
        pytest.param(10**30, 10**30, id="a large int"),
    ],
)
def test_numbers_lose_nothing(value, expected):
    assert exact(value) == expected
    assert json.loads(json.dumps(exact(value))) == expected
