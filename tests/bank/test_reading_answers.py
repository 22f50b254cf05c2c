"""Every rule for an answer of each kind with its bad input: the line to mend, and the words that say how."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnquiz.errors import BankError
from tests.bank.conftest import SOUND, same, wrong

Build = Callable[..., Any]


def table(columns: str, more: str = "") -> str:
    return f"\n    each: row\n    of: (1, 2, 3)\n    columns:{columns}{more}"


GIVEN = f"\n      - {{title: {same('step')}, given: row}}"
BLANK = f"\n      - {{title: {same('size')}, blank: n}}"
PAIR = f"{{left: {same('l')}, right: {same('r')}, feedback: {same('f')}}}"
FORMULA = f"[{{answer: n, feedback: {same('x')}}}]"

# The kind, what is changed, the key at whose line the error stands (a number is added to it), and what it says.
BAD = [
    # keys of other kinds
    ("number", {"options": "3"}, "options", "options for an answer of kind number (expected kind: choice or choices)"),
    ("choice", {"right": "1"}, "right", "right for an answer of kind choice (expected kind: choices)"),
    ("choice", {"choose": "2"}, "choose", "choose for an answer of kind choice (expected kind: match)"),
    ("order", {"extra": f"[{same('x')}]"}, "extra", "extra for an answer of kind order (expected kind: match)"),
    ("text", {"listing": "|\n    a"}, "listing", "listing for an answer of kind text (expected kind: listing)"),
    ("choice", {"accepted": "[a]"}, "accepted", "accepted for an answer of kind choice (expected kind: text)"),
    ("table", {"proof": "n"}, "proof", "proof for an answer of kind table (expected kind: number or shape)"),
    ("choice", {"proof": "n"}, "proof", "proof for an answer of kind choice (expected kind: number or shape)"),
    ("order", {"proof": "1"}, "proof", "proof for an answer of kind order (expected kind: number or shape)"),
    ("table", {"relative_tolerance": "0.1"}, "relative_tolerance", "relative_tolerance for an answer of kind table (expected kind: number)"),
    ("match", {"significant_figures": "3"}, "significant_figures", "significant_figures for an answer of kind match (expected kind: number or table)"),
    # precision
    ("number", {"tolerance": "1", "relative_tolerance": "0.1"}, "relative_tolerance", "relative_tolerance beside tolerance (expected one of them)"),
    ("number", {"relative_tolerance": "0.1", "significant_figures": "3"}, "significant_figures", "significant_figures beside relative_tolerance (expected one of them)"),
    ("number", {"decimals": "1", "significant_figures": "3"}, "decimals", "decimals beside significant_figures (expected one of them)"),
    ("number", {"relative_tolerance": "-0.1"}, "relative_tolerance", "tolerance is -1/10 (expected a part of the answer, such as 0.01)"),
    ("number", {"significant_figures": "0"}, "significant_figures", "figures is 0 (expected a whole number from 1 to 6)"),
    ("number", {"significant_figures": "7"}, "significant_figures", "figures is 7 (expected a whole number from 1 to 6)"),
    ("number", {"significant_figures": "3.0"}, "significant_figures", "figures is '3.0' (expected a whole number from 1 to 6)"),
    # what every mistake has
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, credit: 1}}]"}, "mistakes", "credit is 1 (expected a part of the points, such as 1/2)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, credit: 0}}]"}, "mistakes", "credit is 0 (expected a part of the points, such as 1/2)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, credit: 1/0}}]"}, "mistakes", "credit is '1/0' (expected a number such as 0.05 or 1/3)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, credit: half}}]"}, "mistakes", "credit is 'half' (expected a number such as 0.05 or 1/3)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, convention: MACs}}]"}, "mistakes", "'MACs' where keys and values belong (expected key: value lines)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, convention: {same('{z}')}}}]"}, "mistakes", "unknown name 'z' in a formula (expected one of answer, k, n)"),
    ("number", {"mistakes": f"[{{answer: n, feedback: {same('x')}, accepted: [x]}}]"}, "mistakes", "unknown key 'accepted' (expected one of answer, convention, credit, feedback)"),
    ("number", {"mistakes": f"[{{feedback: {same('x')}}}]"}, "mistakes", "'answer' is missing (expected the keys answer and feedback)"),
    # choice and choices
    ("choice", {"options": "2"}, "options", "options is 2 (expected a whole number from 3 to 3)"),
    ("choice", {"options": "4"}, "options", "options is 4 (expected a whole number from 3 to 3)"),
    ("choice", {"options": "all"}, "options", "options is 'all' (expected a whole number from 3 to 3)"),
    ("choice", {"options": "3", "mistakes": None}, "options", "options to draw from 0 mistakes (expected at least 2)"),
    ("choice", {"options": "3", "mistakes": wrong("a")}, "options", "options to draw from 1 mistakes (expected at least 2)"),
    ("choice", {"options": "9", "mistakes": wrong(*"abcdefghij")}, "options", "options is 9 (expected a whole number from 3 to 8)"),
    ("choices", {"answer": "[]"}, "answer", "no right option (expected at least one)"),
    ("choices", {"answer": same("r")}, "answer", "a mapping where a list of right options belongs (expected a list of right options)"),
    ("choices", {"right": "1"}, "right", "right without options (expected options: how many are shown in all)"),
    ("choices", {"options": "5", "right": "3"}, "right", "right is 3 (expected a whole number from 1 to 2)"),
    ("choices", {"options": "5", "right": "0"}, "right", "right is 0 (expected a whole number from 1 to 2)"),
    ("choices", {"options": "2"}, "options", "options is 2 (expected a whole number from 3 to 5)"),
    ("choices", {"options": "6"}, "options", "options is 6 (expected a whole number from 3 to 5)"),
    ("choices", {"options": "4", "mistakes": None}, "options", "options to draw from 0 mistakes (expected at least 1)"),
    ("choices", {"mistakes": wrong(*"abcdefg")}, "mistakes", "7 mistakes (expected at most 6 for choices, or options: how many are shown)"),
    ("choices", {"mistakes": "[]"}, "mistakes", "0 mistakes (expected at least 1 for choices)"),
    # order
    ("order", {"answer": f"[{same('a')}, {same('b')}]"}, "answer", "2 items (expected 3 to 8 items in their right order)"),
    ("order", {"answer": "[" + ", ".join(map(same, "abcdefghi")) + "]"}, "answer", "9 items (expected 3 to 8 items in their right order)"),
    ("order", {"answer": "{each: x, of: '(1, 2)', by: x}"}, "answer", "'text' is missing (expected the keys each, of, by, text)"),
    ("order", {"answer": f"{{each: x, of: '(1, 2)', by: y, text: {same('{x}')}}}"}, "answer", "unknown name 'y' in a formula (expected no names: the question has no parameters)"),
    ("order", {"answer": f"{{each: 2x, of: '(1, 2)', by: x, text: {same('{x}')}}}"}, "answer", "'2x' is not a name for a formula (expected a letter, then letters, digits and _)"),
    ("order", {"answer": f"{{each: x, of: '(1, 2)', by: x, text: {same('{x}')}, where: z}}"}, "answer", "unknown name 'z' in a formula (expected no names: the question has no parameters)"),
    ("order", {"answer": f"{{each: x, of: x, by: x, text: {same('{x}')}}}"}, "answer", "unknown name 'x' in a formula (expected no names: the question has no parameters)"),
    ("order", {"mistakes": f"[{{answer: [1, 2, 3, 4], feedback: {same('x')}}}]"}, "mistakes", "[1, 2, 3, 4] (expected the numbers 1 to 4 in a wrong order)"),
    ("order", {"mistakes": f"[{{answer: [2, 1, 3], feedback: {same('x')}}}]"}, "mistakes", "[2, 1, 3] (expected the numbers 1 to 4 in a wrong order)"),
    ("order", {"mistakes": f"[{{answer: [2, 1, 3, 3], feedback: {same('x')}}}]"}, "mistakes", "[2, 1, 3, 3] (expected the numbers 1 to 4 in a wrong order)"),
    ("order", {"mistakes": f"[{{answer: [2, 1, 3, 5], feedback: {same('x')}}}]"}, "mistakes", "a place is 5 (expected a whole number from 1 to 4)"),
    ("order", {"mistakes": FORMULA}, "mistakes", "'n' where a list of places belongs (expected a list of places)"),
    # match
    ("match", {"answer": f"[{PAIR}]"}, "answer", "1 texts to match (expected 2 to 8, those of extra: counted)"),
    ("match", {"answer": "[" + ", ".join([PAIR] * 9) + "]"}, "answer", "9 texts to match (expected 2 to 8, those of extra: counted)"),
    ("match", {"extra": "[" + ", ".join(map(same, "vwxyz")) + "]"}, "answer", "9 texts to match (expected 2 to 8, those of extra: counted)"),
    ("match", {"choose": "1"}, "choose", "choose is 1 (expected a whole number from 2 to 4)"),
    ("match", {"choose": "5"}, "choose", "choose is 5 (expected a whole number from 2 to 4)"),
    ("match", {"choose": "2", "answer": f"{{each: x, of: '(1, 2)', {PAIR[1:]}"}, "choose", "choose with rows (expected choose: in the parameter that the rows come from)"),
    ("match", {"answer": f"[{{left: {same('l')}, right: {same('r')}}}]"}, "answer", "'feedback' is missing (expected the keys left, right, feedback)"),
    ("match", {"mistakes": FORMULA}, "mistakes", "a mistake of a match (expected feedback: with each pair instead)"),
    ("match", {"answer": same("x")}, "answer", "unknown key 'en' (expected one of each, feedback, left, of, right, where)"),
    # table
    ("table", {"answer": table(GIVEN), "mistakes": "[]"}, "answer+3", "the columns (expected up to 12, at least one of them with blank:)"),
    ("table", {"answer": table(BLANK * 13), "mistakes": "[]"}, "answer+3", "the columns (expected up to 12, at least one of them with blank:)"),
    ("table", {"answer": table(f"\n      - {{title: {same('a')}}}")}, "answer+4", "a column (expected either given: or blank:)"),
    ("table", {"answer": table(f"\n      - {{title: {same('a')}, given: row, blank: n}}")}, "answer+4", "a column (expected either given: or blank:)"),
    ("table", {"answer": table(f"\n      - {{title: {same('a')}, blank: z}}"), "mistakes": "[]"}, "answer", "unknown name 'z' in a formula (expected one of k, n)"),
    ("table", {"answer": table(f"\n      - {{title: {same('a')}, blank: n, proof: z}}"), "mistakes": "[]"}, "answer", "unknown name 'z' in a formula (expected one of k, n)"),
    ("table", {"answer": "n"}, "answer", "'n' where keys and values belong (expected key: value lines)"),
    ("table", {"mistakes": f"[{{column: 3, answer: n, feedback: {same('x')}}}]"}, "mistakes", "column is 3 (expected a whole number from 1 to 2)"),
    ("table", {"mistakes": f"[{{column: 1, answer: n, feedback: {same('x')}}}]"}, "mistakes", "column 1 has no blanks (expected the number of a column with blank:)"),
    ("table", {"mistakes": FORMULA}, "mistakes", "'column' is missing (expected the keys column and feedback)"),
    ("table", {"mistakes": f"[{{column: 2, feedback: {same('x')}}}]"}, "mistakes", "'answer' is missing (expected the keys answer and feedback)"),
    ("table", {"mistakes": f"[{{column: 2, answer: z, feedback: {same('x')}}}]"}, "mistakes", "unknown name 'z' in a formula (expected one of k, n, row)"),
    # text
    ("text", {"answer": "pooling"}, "answer", "'pooling' where keys and values belong (expected key: value lines)"),
    ("text", {"accepted": "GAP"}, "accepted", "'GAP' where a list of spellings belongs (expected a list of spellings)"),
    ("text", {"accepted": "[GAP, '']"}, "accepted", "'' where a spelling belongs (expected a spelling)"),
    ("text", {"accepted": "[[GAP]]"}, "accepted", "a list where a spelling belongs (expected a spelling)"),
    # listing
    ("listing", {"listing": None}, "answer", "a listing without its lines (expected listing: | beside answer:)"),
    ("listing", {"answer": "{line: 4, fixed: b, effect: {en: x, ko: x}}"}, "answer", "line is 4 (expected a line of the listing, 1 to 3)"),
    ("listing", {"answer": "{line: 0, fixed: b, effect: {en: x, ko: x}}"}, "answer", "line is 0 (expected a whole number of at least 1)"),
    ("listing", {"answer": "{line: 2, effect: {en: x, ko: x}}"}, "answer", "'fixed' is missing (expected the keys line, fixed, effect)"),
    ("listing", {"listing": "|\n    a = {z}\n    b\n    c"}, "answer", "unknown name 'z' in a formula (expected no names: the question has no parameters)"),
    ("listing", {"listing": "|\n    a = {\n    b\n    c"}, "listing", "a brace without its partner (expected {formula})"),
    ("listing", {"mistakes": f"[{{line: 2, feedback: {same('x')}}}, {{line: 1, feedback: {same('x')}}}]"}, "mistakes", "line 2 is the answer (expected another line)"),
    ("listing", {"mistakes": f"[{{line: 4, feedback: {same('x')}}}, {{line: 1, feedback: {same('x')}}}]"}, "mistakes", "line is 4 (expected a whole number from 1 to 3)"),
    ("listing", {"mistakes": f"[{{line: 1, effect: {same('x')}, feedback: {same('x')}}}]"}, "mistakes", "a mistake of a listing (expected either line: or effect:)"),
    ("listing", {"mistakes": f"[{{feedback: {same('x')}}}]"}, "mistakes", "a mistake of a listing (expected either line: or effect:)"),
    ("listing", {"mistakes": f"[{{line: 1, feedback: {same('x')}}}]"}, "mistakes", "1 mistakes (expected at least 2 for listing)"),
    # places that are not what they look like
    ("number", {"prompt": same("{n:d + 1} {k}")}, "prompt", "'n:d + 1', character 2: ':' is not part of a formula (expected numbers, names and + - * / // % **)"),
]  # fmt: skip


def name(case: object) -> str:
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("kind", "changes", "key", "expected"), BAD, ids=name)
def test_a_wrong_answer(entry: Build, kind: str, changes: dict[str, str | None], key: str, expected: str) -> None:
    bad = entry(of=kind, **changes)
    key, _, below = key.partition("+")
    with pytest.raises(BankError) as caught:
        bad.read()
    message = f"{caught.value.problem} (expected {caught.value.expected})"
    assert message == expected
    assert (caught.value.path, caught.value.line) == (bad.path, bad.line(key) + int(below or 0))


@pytest.mark.parametrize("kind", [kind for kind in SOUND if kind not in ("number", "shape")])
def test_all_but_computed_answers_need_a_solution(entry: Build, kind: str) -> None:
    bad = entry(of=kind, solution=None)
    with pytest.raises(BankError) as caught:
        bad.read()
    assert (caught.value.line, caught.value.problem) == (1, f"a {kind} without a solution")


def test_lines_of_a_listing_are_counted_as_they_are_shown(entry: Build) -> None:
    """Empty lines count; those at the end are not there."""
    changes = {"listing": "|\n\n    a\n\n    b\n\n", "answer": "{line: 3, fixed: c, effect: {en: right, ko: 맞음}}"}
    assert entry(of="listing", **changes).read().answer.line == 3
    with pytest.raises(BankError, match=r"line is 4 \(expected a line of the listing, 1 to 3\)"):
        entry(of="listing", **{**changes, "answer": changes["answer"].replace("3", "4")}).read()


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("{n}", "2012", "2,012"),
        ("{n:d}", "2012", "2012"),
        ("{n + 1:d}", "2012", "2013"),
        ("{n:d}", "-1234", "-1234"),
        ("`x[{n:d}]`", "2012", "`x[2012]`"),
        ("{n:d}", "1/3", "1/3"),
        ("{n:d}", "\"'a'\"", "a"),
    ],
)
def test_years_have_no_separators(entry: Build, text: str, value: str, shown: str) -> None:
    question = entry(
        parameters=f"{{n: [{value}]}}",
        prompt=same(text),
        answer="1",
        mistakes=f"[{{answer: 2, feedback: {same('x')}}}]",
    ).read()
    from cnnquiz.bank.space import assignments

    assert question.prompt.fill("en", assignments(question)[0]) == shown
