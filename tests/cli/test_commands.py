"""What the commands print and write for a user who does everything right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnnquiz.bundled import bundled_path
from tests.grading.variants import HONEST, WRONG

HEAVY = ("torch", "torchvision", "numpy", "jinja2", "yaml", "cnnquiz.sandbox", "cnnquiz.formulas")


@pytest.mark.parametrize("name", ["html", "markdown", "text", "json"])
def test_same_seed_same_bytes(cnnquiz, name):
    arguments = ("generate", "--topic", "alexnet", "--seed", "7", "--format", name)
    first = cnnquiz(*arguments, PYTHONHASHSEED="1")
    again = cnnquiz(*arguments, PYTHONHASHSEED="2", LC_ALL="C", TZ="Asia/Seoul")

    assert first.returncode == 0
    assert len(first.stdout) > 1000
    assert again.stdout == first.stdout


def test_another_seed_gives_other_problems(here):
    sheets = [here("generate", "--topic", "shapes", "--format", "json", "--seed", seed).stdout for seed in "12"]
    ids = [{problem["id"] for problem in json.loads(sheet)["problems"]} for sheet in sheets]

    assert len(ids[0] | ids[1]) > 10


def test_output_folder_holds_worksheet_and_key(here, tmp_path):
    result = here("generate", "--topic", "alexnet", "--output", "시험/반 1", "--format", "html", "--format", "text")

    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    folder = tmp_path / "시험" / "반 1"
    assert sorted(path.name for path in folder.iterdir()) == ["key.html", "key.txt", "worksheet.html", "worksheet.txt"]
    assert b"\r" not in (folder / "worksheet.html").read_bytes()


def test_force_leaves_no_page_of_an_earlier_draw_behind(here, tmp_path):
    assert here("generate", "--topic", "shapes", "--output", "sheet").returncode == 0
    (tmp_path / "sheet" / "notes.txt").write_text("mine")
    assert here("generate", "--topic", "shapes", "--output", "sheet", "--format", "text", "--force").returncode == 0

    assert sorted(path.name for path in (tmp_path / "sheet").iterdir()) == ["key.txt", "notes.txt", "worksheet.txt"]


def test_a_json_with_answers_is_called_a_key(here, tmp_path):
    here("generate", "--topic", "shapes", "--output", "with")
    here("generate", "--topic", "shapes", "--output", "without", "--no-key")

    assert sorted(path.name for path in (tmp_path / "with").iterdir()) == ["key.html", "key.json", "worksheet.html"]
    assert sorted(path.name for path in (tmp_path / "without").iterdir()) == ["worksheet.html", "worksheet.json"]


def test_no_key_leaves_every_answer_out(here):
    with_key = json.loads(here("generate", "--topic", "shapes", "--format", "json").stdout)
    without = json.loads(here("generate", "--topic", "shapes", "--format", "json", "--no-key").stdout)

    assert "answer" in with_key["problems"][0]
    secret = {"answer", "shown_answer", "mistakes", "working", "solution", "tolerance"}
    assert not secret & set().union(*without["problems"])


@pytest.mark.parametrize(
    "command", [("--help",), ("generate", "--help"), ("generate", "--topic", "alexnet", "--no-key")]
)
def test_heavy_libraries_are_not_imported_before_they_are_needed(tmp_path, command):
    # A worksheet needs yaml and jinja2; nothing that is only looked at needs anything, and torch is never needed.
    forbidden = HEAVY if "--help" in command else ("torch", "torchvision", "numpy", "cnnquiz.sandbox")
    code = (
        "import sys\nfrom cnnquiz.cli.main import main\n"
        f"main.main({list(command)!r}, standalone_mode=False)\n"
        f"print([m for m in {forbidden!r} if m in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)

    assert result.stderr.strip() == "[]"


def test_grade_prints_one_json_document(cnnquiz, tmp_path):
    (tmp_path / "mine.py").write_bytes(WRONG["missing ReLU"][0])
    result = cnnquiz("grade", "mine.py", "--json")
    report = json.loads(result.stdout)

    assert result.returncode == 1
    assert result.stderr == ""
    assert report["verdict"] == "fail"
    assert report["exercise"] == "lenet5"
    assert report["diagnosis"][0]["bug"] == "missing relu"
    assert sum(check["points"] for check in report["checks"]) == report["points"] < report["max_points"]


def test_grade_of_a_right_submission_leaves_with_0(cnnquiz, tmp_path):
    (tmp_path / "제출.py").write_bytes(HONEST["Sequential, in-place ReLU, padding same"])
    result = cnnquiz("grade", "제출.py", "--language", "ko")

    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    assert "10" in result.stdout
    assert "\x1b" not in result.stdout


def test_starter_code_runs_until_it_says_what_is_missing(here, tmp_path):
    assert here("start", "lenet5", "--output", "mine.py").returncode == 0
    result = subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "NotImplementedError: forward() is still to be written" in result.stderr
    graded = here("grade", "mine.py")
    assert graded.returncode == 1
    assert "forward() is still to be written" in graded.stderr


def test_inspect_agrees_with_the_published_numbers(here):
    network = json.loads(here("inspect", "alexnet", "--json").stdout)

    # Krizhevsky 2012 with its two towers, biases counted; conv1 is 55×55×96.
    assert network["parameters"] == 60_965_224
    assert network["layers"][0]["output_shape"] == [96, 55, 55]
    assert network["flops"] == 2 * network["macs"] == 2 * 724_406_816


def test_inspect_runs_files_of_ones_own_in_the_sandbox(cnnquiz, tmp_path):
    marker = tmp_path / "marker"
    source = HONEST["plain"] + f"\ntry:\n    open({str(marker)!r}, 'w')\nexcept OSError:\n    pass\n".encode()
    (tmp_path / "mine.py").write_bytes(source)
    result = cnnquiz("inspect", "mine.py:LeNet5", "--input", "1x28x28", "--json")

    assert json.loads(result.stdout)["parameters"] == 61_706
    assert not marker.exists()


@pytest.mark.parametrize("noun", ["topics", "questions", "networks", "exercises"])
def test_list(here, noun):
    rows = json.loads(here("list", noun, "--json").stdout)[noun]
    lines = here("list", noun).stdout.splitlines()

    assert len(lines) == len(rows) > 1
    assert all(next(iter(row.values())) in line for row, line in zip(rows, lines, strict=True))


def test_doctor_names_what_is_enforced(cnnquiz):
    result = cnnquiz("doctor")

    assert result.returncode == 0
    assert "isolation" in result.stdout
    assert "not enforced" in result.stdout


def test_recorded_networks_are_fresh(cnnquiz):
    result = cnnquiz("bank", "record", "--check")

    assert result.stdout == ""
    assert result.returncode == 0


def test_a_file_named_torch_beside_the_submission_is_not_run(cnnquiz, tmp_path):
    (tmp_path / "numpy.py").write_text("raise SystemExit('ran numpy.py')")
    (tmp_path / "click.py").write_text("raise SystemExit('ran click.py')")
    (tmp_path / "mine.py").write_bytes(HONEST["plain"])

    assert cnnquiz("grade", "mine.py").returncode == 0


def test_bundled_folders_are_found():
    assert (bundled_path("question_bank") / "questions" / "alexnet.yaml").is_file()
    assert Path(bundled_path("solutions") / "lenet5.py").is_file()
