"""The blueprint that ships and the one in the guide make exams."""

import re
from pathlib import Path

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.bundled import bundled_path
from cnnquiz.worksheets.blueprint_plan import plan_blueprint
from cnnquiz.worksheets.blueprint_reading import read_blueprint
from cnnquiz.worksheets.roster import read_roster

GUIDE = (Path(__file__).parents[2] / "docs" / "blueprints.md").read_text(encoding="utf-8")
SHIPPED = sorted((bundled_path("question_bank") / "blueprints").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_blueprint(path, language):
    bank = open_bank()
    sheet = plan_blueprint(read_blueprint(path, bank), bank, language=language).worksheet(2)

    assert sheet.max_points == sum(section.max_points for section in sheet.sections) == 44
    assert [section.max_points for section in sheet.sections] == [32, 12]
    texts = [sheet.title, sheet.heading.course, *sheet.heading.aids, *(section.title for section in sheet.sections)]
    assert all(bool(re.search("[가-힣]", text)) == (language == "ko") for text in texts)


def test_the_smallest_of_the_guide(tmp_path):
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "small.yaml").write_text(text)
    bank = open_bank()
    assert len(plan_blueprint(read_blueprint(tmp_path / "small.yaml", bank), bank).worksheet().problems) == 5


def test_the_draws_of_the_guide(tmp_path):
    """Each example of a draw, in an exam of its own."""
    draws = re.findall(r"^\| `(\{(?:topics|questions): .*?\})` \|", GUIDE, re.MULTILINE)
    assert len(draws) == 4
    bank = open_bank()
    for draw in draws:
        path = tmp_path / "exam.yaml"
        path.write_text(f"title: t\nsections:\n  - draw:\n      - {draw}\n")
        assert plan_blueprint(read_blueprint(path, bank), bank).size > 1


def test_columns_of_the_guide_are_read(tmp_path):
    for title in ("id", "student id", "SIS User ID", "username", "학번"):
        assert title in GUIDE
        (tmp_path / "r.csv").write_text(f"{title},이름,분반,좌석\n007,김,1,B12\n", encoding="utf-8")
        (student,) = read_roster(tmp_path / "r.csv")
        assert (student.id, student.name, student.group, student.seat) == ("007", "김", "1", "B12")
