"""`cnnquiz bank check` on banks of one's own: what is wrong, where, and exit codes that a script can trust."""

import shutil

import pytest

from tests.bank.conftest import SOUND, Entry
from tests.problems.conftest import TINY_BANK

PROOF = {"number": "n - k + 1", "shape": "(1, n - k + 1)"}


@pytest.fixture
def bank(tmp_path):
    """`bank({"a.yaml": ("choice", {…})})`: a bank with a question of that kind, changed, in each file."""

    def build(files):
        folder = tmp_path / "bank" / "questions"
        folder.mkdir(parents=True)
        for number, (name, (kind, changes)) in enumerate(files.items()):
            changes = {"id": f"t.q{number}", "proof": PROOF.get(kind), **changes}
            shutil.copy(Entry(tmp_path, changes, kind=kind).path, folder / name)
        return folder.parent

    return build


def test_a_sound_question_of_every_kind(here, bank):
    result = here("bank", "check", bank({f"{kind}.yaml": (kind, {}) for kind in SOUND}))

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "9 questions with 21 problems, proofs by arithmetic: no faults\n"


@pytest.mark.parametrize("how", ["a file", "a folder", "--bank"])
def test_a_fault_is_told_with_its_place(here, bank, how):
    folder = bank({"a.yaml": ("number", {"proof": "n - k"})})
    file = folder / "questions" / "a.yaml"
    result = here("bank", "check", *{"a file": [file], "a folder": [folder], "--bank": ["--bank", folder]}[how])

    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == (
        f"{file}:1: t.q0: the key is 6, its proof 5 for n = 8, k = 3 (expected the same)"
    )
    assert result.stdout == "1 questions with 0 problems, proofs by arithmetic: 3 faults\n"


def test_one_entry_that_cannot_be_read_does_not_hide_the_others(here, bank):
    folder = bank(
        {"a.yaml": ("number", {"difficulty": "9"}), "b.yaml": ("number", {"proof": None}), "c.yaml": ("text", {})}
    )
    result = here("bank", "check", folder)

    first, second = result.stderr.splitlines()
    assert first.endswith("a.yaml:3: difficulty is 9 (expected a whole number from 1 to 3)")
    assert second.endswith("b.yaml:1: t.q1: a number without a proof (expected proof: the answer a second way)")
    assert result.stdout == "2 questions with 1 problems, proofs by arithmetic: 2 faults\n"
    assert result.returncode == 1


def test_two_questions_of_one_id_are_a_fault(here, bank):
    folder = bank({"a.yaml": ("text", {"id": "t.x"}), "b.yaml": ("order", {"id": "t.x"})})
    result = here("bank", "check", folder)

    assert result.returncode == 1
    assert f"b.yaml:1: the id 't.x' is taken by {folder / 'questions' / 'a.yaml'}:1" in result.stderr


def test_layers_that_torch_refuses(here, bank):
    layers = {"proof": '{layers: ["conv2d(2, 1, k)"], input: "(1, n, n)", answer: "output_shape[1]"}'}
    result = here("bank", "check", bank({"a.yaml": ("number", layers)}), "--with-torch")

    assert result.returncode == 1
    assert "a.yaml:1: t.q0: proof: torch: " in result.stderr
    assert "proofs against torch: 3 faults" in result.stdout
    assert "networks/" not in result.stderr, "those that ship are no part of a bank of one's own"


def test_the_tiny_bank_is_told_what_it_lacks(here):
    result = here("bank", "check", TINY_BANK, "--exhaustive")

    faults = {line.split(": ")[1] for line in result.stderr.splitlines()}
    assert faults == {"tiny.conv-output", "tiny.share", "tiny.pool-shape", "tiny.layer-parameters"}
    assert all("without a proof" in line or "no end as a decimal" in line for line in result.stderr.splitlines())


def test_a_bank_that_is_not_there(here):
    result = here("bank", "check", "nothing")

    assert result.returncode == 2
    assert "'nothing' does not exist" in result.stderr


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        pytest.param(
            "{window: {size: n, kernel_size: n + 1}}",
            "figure: a window of 9 pixels on 8 for n = 8, k = 3 (expected a window that fits, of at most 40)",
            id="a window that does not fit",
        ),
        pytest.param(
            "{wiring: {boxes: {x: x, y: '{n - k + 1}'}, arrows: [x > y]}}",
            "the figure shows 'n - k + 1', the answer (expected a ? in its place)",
            id="the answer",
        ),
        pytest.param(
            f"{{wiring: {{boxes: {{x: x, {', '.join(f'b{i}: conv' for i in range(12))}, y: y}}, "
            f"arrows: [{', '.join(f'x > b{i} > y' for i in range(12))}]}}}}",
            "a figure of 589×105 points in en for n = 8, k = 3 (expected at most 460×640: fewer boxes, or shorter texts)",
            id="a figure wider than the page",
        ),
    ],
)
def test_a_figure_that_cannot_be_printed_or_tells_too_much(here, bank, figure, expected):
    folder = bank({"a.yaml": ("number", {"figure": figure})})
    result = here("bank", "check", folder)

    file = folder / "questions" / "a.yaml"
    assert result.stderr.splitlines()[0] == f"{file}:1: t.q0: {expected}"
    assert result.returncode == 1
