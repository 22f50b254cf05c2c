"""When a stored proof is of what is there now, what its file says, and that all exercises that ship have one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cnnquiz.bank.exercise import exercise_by_name, exercise_names, load_exercises
from cnnquiz.bank.exercise_proof import MutantAt, SettingProof, proof_path, proof_states, proof_text
from cnnquiz.bundled import bundled_path
from cnnquiz.errors import BankError

BANK = bundled_path("question_bank")
SOLUTION = "class LeNet5: ...\n"

# At a rate of 0.
NO_DROPOUT = (
    ("conv2d before dropout", "conv2"),
    ("dropout active in eval mode", "dropout"),
    ("missing dropout", "dropout"),
)

# Mutants of shipped solutions that are the same function: what is known to be so, and no more.
SAME_FUNCTION = {
    "alexnet_one_tower": {  # pooling to 6×6 of what is 6×6
        ("adaptive_max_pool2d for adaptive_avg_pool2d", "avgpool"),
        ("missing adaptive_avg_pool2d", "avgpool"),
    },
    "factorised_inception": {("extra relu", "cat")},  # every branch ends in a ReLU
    "fire_module": {("extra relu", "cat")},
    "inception_module": {("extra relu", "cat")},
    "fractal_block": {
        ("extra relu", name) for name in ("mean", "mean_2", "mean_4")
    },  # of paths that end in a ReLU each
    "nin_block": {("stride moved", "conv")},  # every second pixel in front of a 1×1 convolution, or by it
    "resnet_cifar": {  # a shortcut of what a ReLU gave
        ("extra relu", f"{block}.shortcut.{name}") for block in ("layer2.0", "layer3.0") for name in ("slice", "pad")
    },
    "se_block": {("extra relu", "__getitem__")},  # behind a sigmoid, whose shape is changed
    "squeezenet": {("extra relu", "flatten")},
    "vgg_block": {("extra relu", "pool")},  # the largest of what is never negative
    "wide_block": set(NO_DROPOUT),
    "wide_resnet": {(bug, f"layer{stage}.0.{layer}") for bug, layer in NO_DROPOUT for stage in (1, 2, 3)},
}

# Solutions that compute with constants, or in ways, of which a recording says too little.
UNPROVED = {"local_response_norm", "stochastic_depth_block"}

PROVED = SettingProof(
    arguments={"width": 0.5},
    input_shape=(1, 28, 28),
    challenges=3,
    calls=12,
    tried=12,
    told_apart={"dropped": 9, "added": 4},
    other_tensors={"attribute": 2},
    equal=(MutantAt(bug="extra relu", layer="pool", tolerances=0.0),),
    nearest=MutantAt(bug="gelu for relu", layer="relu", tolerances=41.7),
)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank with one exercise whose proof is up to date."""
    folder = tmp_path / "exercises"
    (folder / "proofs").mkdir(parents=True)
    shutil.copy(BANK / "exercises" / "lenet5.yaml", folder)
    (folder / "lenet5.py").write_text(SOLUTION, encoding="utf-8")
    proof_path(tmp_path, "lenet5").write_text(proof_text(exercise_by_name("lenet5", tmp_path), [PROVED]))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


def test_a_proof_is_up_to_date_until_the_solution_changes(bank: Path) -> None:
    path = proof_path(bank, "lenet5")
    assert proof_states(bank) == {path: "current"}

    change(bank / "exercises" / "lenet5.py", SOLUTION, SOLUTION.replace("\n", "\r\n"))
    assert proof_states(bank) == {path: "current"}, "line ends are no change"

    change(bank / "exercises" / "lenet5.py", "...", "pass")
    assert proof_states(bank) == {path: "stale"}


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        pytest.param("input_shape: [1, 28, 28]", "input_shape: [1, 28, 30]", "stale", id="another input"),
        pytest.param("input_shape:", "arguments: {width: 2}\ninput_shape:", "stale", id="arguments"),
        pytest.param(
            "input_shape:", "also: [{input_shape: [1, 30, 30]}]\ninput_shape:", "stale", id="a further setting"
        ),
        pytest.param("input_shape:", "other_input_shapes: [[1, 30, 30]]\ninput_shape:", "stale", id="another size"),
        pytest.param("eval_outputs: 3", "eval_outputs: 5", "current", id="points"),
        pytest.param("en: LeNet-5 for", "en: LeNet-5 on", "current", id="the title"),
    ],
)
def test_a_proof_is_about_what_the_solution_is_called_with(bank, old, new, state):
    change(bank / "exercises" / "lenet5.yaml", old, new)

    assert proof_states(bank) == {proof_path(bank, "lenet5"): state}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "cnnquiz.proof/0"}', "[" * 100_000, '"\udcff"'])
def test_what_is_no_proof_is_stale(bank, text):
    proof_path(bank, "lenet5").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert proof_states(bank) == {proof_path(bank, "lenet5"): "stale"}


def test_a_proof_without_its_settings_is_stale(bank: Path) -> None:
    path = proof_path(bank, "lenet5")
    stored = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**stored, "settings": []}), encoding="utf-8")

    assert proof_states(bank) == {path: "stale"}


def test_a_proof_that_is_missing_or_of_no_exercise(bank: Path) -> None:
    proof_path(bank, "lenet5").rename(proof_path(bank, "lenet"))

    assert proof_states(bank) == {proof_path(bank, "lenet5"): "missing", proof_path(bank, "lenet"): "left over"}


def test_an_exercise_that_cannot_be_read_is_named(bank: Path) -> None:
    change(bank / "exercises" / "lenet5.yaml", "input_shape: [1, 28, 28]", "input_shape: []")

    with pytest.raises(BankError, match=r"lenet5\.yaml:41: an input without sizes"):
        proof_states(bank)


def test_what_a_file_says(bank: Path) -> None:
    stored = json.loads(proof_path(bank, "lenet5").read_text(encoding="utf-8"))

    assert (stored["schema"], stored["exercise"]) == ("cnnquiz.proof/1", "lenet5")
    assert stored["settings"] == [
        {
            "arguments": {"width": 0.5},
            "input_shape": [1, 28, 28],
            "challenges": 3,
            "calls": 12,
            "tried": 12,
            "train_mode": True,
            "told_apart": {"added": 4, "dropped": 9},
            "other_tensors": {"attribute": 2},
            "nearest": {"bug": "gelu for relu", "layer": "relu", "tolerances": 40},
            "equal": [{"bug": "extra relu", "layer": "pool"}],
        }
    ]


def test_what_a_file_says_where_nothing_is_proved(bank: Path) -> None:
    unproved = replace(PROVED, challenges=0, unproved="mul: a constant")

    stored = json.loads(proof_text(exercise_by_name("lenet5", bank), [unproved, PROVED]))

    first, second = stored["settings"]
    assert set(first) == {"arguments", "input_shape", "challenges", "calls", "unproved"}
    assert first["unproved"] == "mul: a constant"
    assert "unproved" not in second


def test_every_shipped_exercise_has_a_proof_that_is_up_to_date() -> None:
    states = proof_states(BANK)

    assert {path: state for path, state in states.items() if state != "current"} == {}, "run: cnnquiz bank record"
    assert len(states) == len(exercise_names()) > 30


@pytest.mark.parametrize("exercise", load_exercises(), ids=lambda each: each.name)
def test_the_bugs_of_a_shipped_solution_cannot_pass(exercise):
    stored = json.loads(proof_path(BANK, exercise.name).read_text(encoding="utf-8"))

    assert len(stored["settings"]) == len(exercise.settings)
    for setting in stored["settings"]:
        assert ("unproved" in setting) == (exercise.name in UNPROVED)
        if "unproved" not in setting:
            assert sum(setting["told_apart"].values()) > 15
            assert setting["challenges"] in (1, 3)
            assert setting["nearest"] is None or setting["nearest"]["tolerances"] >= 4
            equal = {(each["bug"], each["layer"]) for each in setting["equal"]}
            assert equal <= SAME_FUNCTION.get(exercise.name, set())
