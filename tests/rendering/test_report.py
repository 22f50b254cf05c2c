"""Reports in a terminal: golden files, colour, width, and texts that try to steer the terminal."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from cnnquiz.grading.report import Report, Verdict
from cnnquiz.rendering.columns import columns
from cnnquiz.rendering.report import WIDTH, render_report
from cnnquiz.rendering.words import ISOLATION_KO
from cnnquiz.sandbox.isolation import LEVELS, Level, isolation

Reports = dict[str, Report]

each_report = pytest.mark.parametrize(
    "name",
    [
        pytest.param("failed.en", id="a failed check, in English"),
        pytest.param("failed.ko", id="a failed check, in Korean"),
        pytest.param("crashed.en", id="a crash with printed output"),
        pytest.param("crashed.ko", id="a crash, in Korean"),
        pytest.param("passed.en", id="everything right"),
        pytest.param("ungraded.en", id="a fault of ours"),
    ],
)

ESCAPE_SEQUENCE = re.compile(r"\x1b\[\d+m")


@each_report
def test_golden(golden: Callable[[str, str], None], reports: Reports, name: str) -> None:
    golden(render_report(reports[name], colour=False), f"report.{name}.txt")


@each_report
def test_colour_changes_nothing_but_colour(reports: Reports, name: str) -> None:
    coloured, plain = (render_report(reports[name], colour=colour) for colour in (True, False))

    assert "\x1b" not in plain
    assert coloured != plain
    assert ESCAPE_SEQUENCE.sub("", coloured) == plain


@each_report
def test_every_line_fits(reports: Reports, name: str) -> None:
    assert max(map(columns, render_report(reports[name], colour=False).split("\n"))) <= WIDTH


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        pytest.param("pass", "passed · 2 of 15 points · kim.py", id="pass"),
        pytest.param("fail", "not passed · 2 of 15 points · kim.py", id="fail"),
        pytest.param("crash", "stopped by an error · 2 of 15 points · kim.py", id="crash"),
        pytest.param("timeout", "took too long · 2 of 15 points · kim.py", id="timeout"),
        pytest.param("memory", "used too much memory · 2 of 15 points · kim.py", id="memory"),
        pytest.param("rejected", "could not be accepted · 2 of 15 points · kim.py", id="rejected"),
        pytest.param("error", "could not be graded · kim.py", id="an error of ours shows no points"),
    ],
)
def test_verdict(reports: Reports, verdict: Verdict, line: str) -> None:
    assert render_report(replace(reports["failed.en"], verdict=verdict), colour=False).splitlines()[1] == line


def test_arguments_are_named(reports: Reports) -> None:
    report = replace(reports["failed.ko"], entry="BasicBlock", arguments={"in_channels": 64, "stride": 2})

    assert render_report(report, colour=False).splitlines()[2] == "채점한 설정: BasicBlock(in_channels=64, stride=2)"


def test_nothing_in_a_report_steers_the_terminal(reports: Reports) -> None:
    failed, crashed = reports["failed.en"], reports["crashed.en"]
    evil = "\x1b[2J\x1b]0;owned\x07\u202ereversed\r"
    report = replace(
        failed,
        title=evil,
        submission=evil,
        entry=evil,
        arguments={"mode": evil},
        checks=tuple(replace(check, title=evil, message=evil, expected=evil, actual=evil) for check in failed.checks),
        diagnosis=(replace(failed.diagnosis[0], where=evil, message=evil),),
        crash=crashed.crash and replace(crashed.crash, message=evil),
        printed=evil + "\n",
    )

    shown = render_report(report, colour=False)

    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown)
    assert r"\x1b[2J\x1b]0;owned\x07\u202ereversed\r" in shown


@pytest.mark.parametrize("level", LEVELS, ids=[level.kind for level in LEVELS])
def test_isolation_is_told_in_korean(reports: Reports, level: Level) -> None:
    found = isolation(level.kind, refused={}, landlock_version=6)
    shown = render_report(replace(reports["failed.ko"], isolation=found), colour=False)

    told = " ".join(shown.rpartition("격리: ")[2].split())
    assert told.startswith(ISOLATION_KO[level.kind])
    assert all(ISOLATION_KO[phrase] in told for phrase in (*level.enforced, *level.missing))
    assert set(re.findall("[A-Za-z]+", told)) <= {"bubblewrap", "Landlock", "seccomp"}
