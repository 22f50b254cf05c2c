"""`cnnquiz practice` as a student runs it: through a pipe, in a terminal, twice at once, and with a database that fails."""

import io
import json
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.shell_completion import ShellComplete

from cnnquiz.cli.main import main
from cnnquiz.exports.documents import schema
from tests.cli.conftest import Result, Run

Practise = Callable[..., Result]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank of one number to choose, and of one whose key is its own prompt."""
    (tmp_path / "bank" / "questions").mkdir(parents=True)
    (tmp_path / "bank" / "questions" / "t.yaml").write_text(
        """
- {id: t.letter, topics: [t], difficulty: 1, kind: choice, prompt: {en: "Which is right?", ko: "맞는 것은?"},
   answer: {en: the right one, ko: 맞는 것}, mistakes: [
     {answer: {en: a wrong one, ko: 틀린 것}, feedback: {en: No., ko: 아닙니다.}},
     {answer: {en: a worse one, ko: 더 틀린 것}, feedback: {en: Worse., ko: 더 아닙니다.}},
     {answer: {en: the worst, ko: 가장 틀린 것}, feedback: {en: Worst., ko: 가장 아닙니다.}}],
   solution: {en: It says so., ko: 그렇게 쓰여 있습니다.}, hints: [{en: Read., ko: 읽으십시오.}], source: The book}
- {id: t.number, topics: [t, u], difficulty: 2, kind: number, parameters: {n: {from: 10, to: 90}},
   prompt: {en: "{n} and one?", ko: "{n}에 1을 더하면?"}, answer: n + 1,
   mistakes: [{answer: n - 1, feedback: {en: That is less., ko: 줄었습니다.}}],
   hints: [{en: Count., ko: 세십시오.}], source: Another book}
""",
        encoding="utf-8",
    )
    return tmp_path / "bank"


@pytest.fixture
def practise(tmp_path: Path, bank: Path) -> Practise:
    """`practise("A", "quit", options=["--json"])` in a new process, its lines through a pipe."""

    def run(*lines: str, options: tuple[str, ...] = (), **environment: str) -> Result:
        done = subprocess.run(
            command(bank, *options),
            input="".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"),
            cwd=tmp_path,
            env={**os.environ, "CNNQUIZ_DATABASE": str(tmp_path / "kept.sqlite"), **environment},
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def typed(here: Run, bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practise:
    """The same in this process."""

    def run(*lines: str, options: tuple[str, ...] = ()) -> Result:
        monkeypatch.setenv("CNNQUIZ_DATABASE", str(tmp_path / "kept.sqlite"))
        text = "".join(f"{line}\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return here("practice", "--bank", str(bank), *options)

    return run


def command(bank: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "cnnquiz", "practice", "--bank", str(bank), *options]


def attempts(tmp_path: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(tmp_path / "kept.sqlite") as database:
        rows = database.execute("select question, response, verdict from practice_attempts order by id").fetchall()
    database.close()
    return rows


def test_a_session_through_a_pipe(practise, tmp_path):
    result = practise("t?", "?", "the worst", "solution", "5", LC_ALL="C")

    assert result.returncode == 0
    assert result.stderr == ""
    assert "\x1b" not in result.stdout
    for said in ("> t?\n", "> ?\nHint 1: Read.\n", "> the worst\n✗ Worst.\n", "Answer: ", "Source: The book"):
        assert said in result.stdout
    assert "0 of 2 right at the first answer" in result.stdout
    assert [row[2] for row in attempts(tmp_path)] == ["mistake", "wrong"]


def test_the_end_of_the_input_ends_the_session_with_its_summary(typed):
    result = typed()

    assert result.returncode == 0
    assert result.stdout.endswith("Summary\nNothing was answered.\n")


def test_a_closed_stdin_is_the_end_of_the_input(bank, tmp_path):
    line = " ".join([*command(bank, "--database", "here.sqlite"), "<&-"])
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing was answered." in done.stdout


def test_bytes_that_are_no_text_are_an_answer_that_is_not_understood(practise):
    result = practise("\udcff\udcfe", options=("--language", "ko"))

    assert result.returncode == 0
    assert "답을 읽을 수 없습니다" in result.stdout


def test_a_korean_session(typed):
    result = typed("힌트", "가장 틀린 것", "풀이", "그만", options=("--language", "ko", "--topic", "t"))

    assert result.returncode == 0
    assert "힌트 1: 읽으십시오." in result.stdout
    assert "✗ 가장 아닙니다." in result.stdout
    assert "1문제 중 0문제를 처음에 맞힘" in result.stdout


def test_again_repeats_what_was_missed(typed):
    typed("the worst", "solution", "quit")
    again = typed("the right one", options=("--again",))
    once_more = typed(options=("--again",))

    assert "Problem 1 of 1" in again.stdout
    assert "1 of 1 right" in again.stdout
    assert "Nothing to repeat" in once_more.stdout


def test_json_is_the_only_thing_on_stdout(typed):
    result = typed("the worst", "skip", "5", options=("--json", "--seed", "7"))
    summary = json.loads(result.stdout)

    jsonschema.validate(summary, schema("practice"), cls=jsonschema.Draft202012Validator)
    assert "Problem 1 of 10" in result.stderr
    assert (summary["seed"], summary["asked"], summary["right"], summary["interrupted"]) == (7, 2, 0, False)
    assert [each["question"] for each in summary["problems"]] == ["t.letter", "t.number"]
    assert summary["problems"][0]["verdict"] == "mistake"
    assert summary["problems"][0]["due"].endswith("+00:00")


def test_the_schema_is_strict(typed):
    summary = json.loads(typed("the worst", options=("--json",)).stdout)

    jsonschema.Draft202012Validator.check_schema(schema("practice"))
    for change in ({"asked": -1}, {"problems": [{}]}, {"more": 1}, {"points": "1.5"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(summary | change, schema("practice"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(("--topic", "tt"), "unknown topic 'tt' (expected 't'?)", id="a topic with a typo"),
        pytest.param(
            ("--difficulty", "3"),
            "no question on t, u has difficulty 3 (expected another difficulty)",
            id="a difficulty that no question has",
        ),
        pytest.param(
            ("--count", "0"),
            "cnnquiz practice: Invalid value for '--count': '0' is not usable (expected a whole number from 1 to 500)",
            id="no problems",
        ),
        pytest.param(
            ("--database", "/dev/null/practice.sqlite"),
            "/dev/null: File exists (expected a folder that can be written; --database names another file)",
            id="a database where none can be",
        ),
    ],
)
def test_errors_are_one_line(typed, options, message):
    result = typed("1", options=options)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"{message}\n"


def test_a_broken_database_is_left_as_it_is(typed, tmp_path):
    (tmp_path / "kept.sqlite").write_bytes(b"SQLite format 3\0" + b"broken" * 500)
    before = (tmp_path / "kept.sqlite").read_bytes()
    result = typed("1")

    assert result.returncode == 2
    assert result.stderr.startswith(f"{tmp_path / 'kept.sqlite'}: ")
    assert "expected a database that can be written" in result.stderr
    assert (tmp_path / "kept.sqlite").read_bytes() == before


def test_two_sessions_at_once_keep_the_attempts_of_both(bank, tmp_path):
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(bank, "--database", "kept.sqlite"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=tmp_path
        )

    both = [start(), start()]
    for process in both:
        process.communicate(b"the worst\nskip\n5\n6\n7\n", timeout=120)

    assert [process.returncode for process in both] == [0, 0]
    assert len(attempts(tmp_path)) == 8


def test_topics_are_completed():
    found = ShellComplete(main, {}, "cnnquiz", "_CNNQUIZ_COMPLETE").get_completions(["practice", "--topic"], "alex")

    assert [str(item.value) for item in found] == ["alexnet"]


def test_the_libraries_of_practice_are_imported_by_it_alone(tmp_path):
    heavy = ("sqlalchemy", "fsrs", "platformdirs", "jinja2", "yaml")
    code = (
        "import sys\nfrom cnnquiz.cli.main import exit_code\n"
        "exit_code(['--help']); exit_code(['practice', '--help'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)

    assert done.stderr.strip() == "[]"


class Terminal:
    """A terminal of 90 columns in which the command runs."""

    def __init__(self, arguments: list[str], folder: Path, **environment: str) -> None:
        self.screen = ""
        self._waited = 0
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a test run in the background was started with it ignored
            os.chdir(folder)
            usual = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
            os.execve(arguments[0], arguments, usual | {"TERM": "xterm-256color", "COLUMNS": "90"} | environment)

    def wait_for(self, text: str) -> None:
        """Read until the text was printed after what was last waited for."""
        end = time.monotonic() + 60
        while text not in self.screen[self._waited :] and time.monotonic() < end and self._read(1):
            pass
        assert text in self.screen[self._waited :], self.screen
        self._waited = self.screen.index(text, self._waited) + len(text)

    def type(self, keys: str) -> None:
        os.write(self._file, keys.encode())

    def interrupt(self, expected: str) -> None:
        """Press Ctrl-C until something is printed: Python's readline does not see one that comes between two keys."""
        for _ in range(20):
            self.type("\x03")
            end = time.monotonic() + 3
            while time.monotonic() < end and expected not in self.screen[self._waited :] and self._read(1):
                pass
            if expected in self.screen[self._waited :]:
                break
        self.wait_for(expected)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def leave(self) -> int:
        """Read to the end; the exit code."""
        while self._read(60):
            pass
        os.close(self._file)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read(self, seconds: float) -> bool:
        if not select.select([self._file], [], [], seconds)[0]:
            return True
        try:
            found = os.read(self._file, 65536)
        except OSError:  # Linux says so where the other end of a terminal was closed
            return False
        self.screen += found.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(found)


class TestInATerminal:
    def test_with_colours_and_ctrl_c_in_the_middle_nothing_is_lost(self, bank, tmp_path):
        terminal = Terminal(command(bank, "--database", "kept.sqlite"), tmp_path)
        terminal.wait_for("> ")
        terminal.type("the worst\n")
        terminal.wait_for("> ")
        terminal.type("half an ans")
        terminal.wait_for("half an ans")
        terminal.interrupt("Summary")

        assert terminal.leave() == 130
        assert "\x1b[31m✗ Worst.\x1b[0m" in terminal.screen
        assert "0 of 1 right at the first answer" in terminal.screen
        assert attempts(tmp_path) == [("t.letter", "the worst", "mistake")]

    def test_arrow_keys_edit_a_line_and_ctrl_d_ends_it(self, bank, tmp_path):
        terminal = Terminal(command(bank, "--database", "kept.sqlite"), tmp_path)
        terminal.wait_for("> ")
        terminal.type("he worst\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Dt\n")
        terminal.wait_for("Try again")
        terminal.wait_for("> ")
        terminal.type("\x04")
        terminal.wait_for("Summary")

        assert terminal.leave() == 0
        assert attempts(tmp_path) == [("t.letter", "the worst", "mistake")]

    @pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "a dumb terminal"])
    def test_without_colour_where_it_is_not_wanted(self, bank, tmp_path, environment):
        terminal = Terminal(command(bank, "--language", "ko"), tmp_path, CNNQUIZ_DATABASE="kept.sqlite", **environment)
        terminal.wait_for("> ")
        terminal.type("가장 틀린 것\n")
        terminal.wait_for("> ")
        terminal.type("그만\n")

        assert terminal.leave() == 0
        assert "✗ 가장 아닙니다." in terminal.screen
        assert not re.search(r"\x1b\[\d*m", terminal.screen)

    def test_a_killed_session_keeps_what_was_answered(self, bank, tmp_path):
        terminal = Terminal(command(bank, "--database", "kept.sqlite"), tmp_path)
        terminal.wait_for("> ")
        terminal.type("the worst\n")
        terminal.wait_for("Worst.")
        terminal.kill()

        assert terminal.leave() == -signal.SIGKILL
        assert attempts(tmp_path) == [("t.letter", "the worst", "mistake")]
