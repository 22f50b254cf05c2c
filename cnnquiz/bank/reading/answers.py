"""The `answer` and the `mistakes` of an entry go in; the rules that compute them come out, as its kind wants them."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import permutations

from cnnquiz.bank.answers import (
    AnswerRule,
    Bug,
    Column,
    InColumn,
    Listed,
    MistakeRule,
    OneRight,
    Pair,
    Pairs,
    Places,
    Rows,
    SeveralRight,
    ShortText,
    Sorted,
    Table,
    WrongLine,
    WrongRule,
)
from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.sources import check_name
from cnnquiz.bank.text import read_formula, read_template, read_text

MOST_OPTIONS = 8  # as many as there are letters for them
_MOST_ITEMS = 12
_ROWS = ("each", "of", "where")

_MISTAKES: Mapping[AnswerKind, tuple[str, ...]] = {
    "table": ("column", "answer"),
    "listing": ("line", "effect"),
    "text": ("answer", "accepted"),
}

Keys = Mapping[str, Entry]


def read_answer(kind: AnswerKind, keys: Keys) -> AnswerRule:
    """The rule of the key; `keys` are those of the whole entry."""
    return _ANSWERS[kind](keys)


def read_mistake(kind: AnswerKind, item: Entry, answer: AnswerRule) -> MistakeRule:
    """The rule of one mistake."""
    names = _MISTAKES.get(kind, ("answer",))
    keys = item.mapping((*names, "feedback", "credit", "convention"), required=("feedback",))
    return MistakeRule(
        answer=_wrong(kind, item, keys, answer),
        feedback=read_text(keys["feedback"]),
        credit=_credit(keys["credit"]) if "credit" in keys else Fraction(0),
        convention=read_text(keys["convention"]) if "convention" in keys else None,
    )


def _credit(entry: Entry) -> Fraction:
    credit = entry.fraction("credit")
    if not 0 < credit < 1:
        raise entry.error(f"credit is {credit}", expected="a part of the points, such as 1/2")
    return credit


def _wrong(kind: AnswerKind, item: Entry, keys: Keys, answer: AnswerRule) -> WrongRule:
    if kind == "listing":
        if ("line" in keys) == ("effect" in keys):
            raise item.error("a mistake of a listing", expected="either line: or effect:")
        if "effect" in keys:
            return read_text(keys["effect"])
        assert isinstance(answer, Bug)
        line = keys["line"].integer("line", at_least=1, at_most=_lines(answer))
        if line == answer.line:
            raise keys["line"].error(f"line {line} is the answer", expected="another line")
        return WrongLine(line=line)
    for name in ("answer",) if kind != "table" else ("column", "answer"):
        if name not in keys:
            raise item.error(f"{name!r} is missing", expected=f"the keys {name} and feedback")
    if kind == "table":
        assert isinstance(answer, Table)
        column = keys["column"].integer("column", at_least=1, at_most=len(answer.columns))
        if not answer.columns[column - 1].blank:
            raise keys["column"].error(f"column {column} has no blanks", expected="the number of a column with blank:")
        return InColumn(column=column, formula=read_formula(keys["answer"]))
    if kind == "text":
        return ShortText(text=read_text(keys["answer"]), accepted=_accepted(keys))
    if kind in ("choice", "choices"):
        return read_text(keys["answer"])
    if isinstance(answer, Listed):
        return _places(keys["answer"], len(answer.items))
    if isinstance(answer, Pairs):
        raise item.error("a mistake of a match", expected="feedback: with each pair instead")
    return read_formula(keys["answer"])


def _places(entry: Entry, count: int) -> Places:
    places = tuple(item.integer("a place", at_least=1, at_most=count) for item in entry.items("a list of places"))
    if places not in permutations(range(1, count + 1)) or places == tuple(range(1, count + 1)):
        raise entry.error(f"{list(places)}", expected=f"the numbers 1 to {count} in a wrong order")
    return Places(places=places)


def _choice(keys: Keys) -> OneRight:
    wrong = None
    if "options" in keys:
        most = min(MOST_OPTIONS, 1 + _count_of_mistakes(keys, at_least=2))
        wrong = keys["options"].integer("options", at_least=3, at_most=most) - 1
    return OneRight(right=read_text(keys["answer"]), wrong=wrong)


def _choices(keys: Keys) -> SeveralRight:
    right = tuple(read_text(item) for item in keys["answer"].items("a list of right options"))
    if not right:
        raise keys["answer"].error("no right option", expected="at least one")
    if "right" in keys and "options" not in keys:
        raise keys["right"].error("right without options", expected="options: how many are shown in all")
    if "options" not in keys:
        return SeveralRight(right=right)
    shown = keys["right"].integer("right", at_least=1, at_most=len(right)) if "right" in keys else len(right)
    most = min(MOST_OPTIONS, shown + _count_of_mistakes(keys, at_least=1))
    options = keys["options"].integer("options", at_least=shown + 1, at_most=most)
    return SeveralRight(right=right, shown=shown, wrong=options - shown)


def _count_of_mistakes(keys: Keys, *, at_least: int) -> int:
    count = len(keys["mistakes"].items("a list of mistakes")) if "mistakes" in keys else 0
    if count < at_least:
        raise keys["options"].error(f"options to draw from {count} mistakes", expected=f"at least {at_least}")
    return count


def _rows(keys: Keys) -> Rows:
    name = keys["each"].text("a name for one row")
    check_name(name, keys["each"], taken=())
    where = read_formula(keys["where"]) if "where" in keys else None
    return Rows(name=name, of=read_formula(keys["of"]), where=where)


def _order(keys: Keys) -> Sorted | Listed:
    entry = keys["answer"]
    if isinstance(entry.value, list):
        items = tuple(map(read_text, entry.value))
        if not 3 <= len(items) <= MOST_OPTIONS:
            raise entry.error(f"{len(items)} items", expected=f"3 to {MOST_OPTIONS} items in their right order")
        return Listed(items=items)
    parts = entry.mapping((*_ROWS, "by", "text"), required=("each", "of", "by", "text"))
    return Sorted(rows=_rows(parts), by=read_formula(parts["by"]), text=read_text(parts["text"]))


def _match(keys: Keys) -> Pairs:
    entry = keys["answer"]
    extra = tuple(map(read_text, keys["extra"].items("a list of texts"))) if "extra" in keys else ()
    if not isinstance(entry.value, list):
        if "choose" in keys:
            raise keys["choose"].error("choose with rows", expected="choose: in the parameter that the rows come from")
        parts = entry.mapping((*_ROWS, "left", "right", "feedback"), required=("each", "of", *_PAIR))
        return Pairs(pairs=(_pair(parts),), rows=_rows(parts), extra=extra)
    pairs = tuple(_pair(item.mapping(_PAIR, required=_PAIR)) for item in entry.value)
    choose = keys["choose"].integer("choose", at_least=2, at_most=len(pairs)) if "choose" in keys else None
    shown = (choose or len(pairs)) + len(extra)
    if len(pairs) < 2 or shown > MOST_OPTIONS:
        raise entry.error(f"{shown} texts to match", expected=f"2 to {MOST_OPTIONS}, those of extra: counted")
    return Pairs(pairs=pairs, choose=choose, extra=extra)


_PAIR = ("left", "right", "feedback")


def _pair(parts: Keys) -> Pair:
    return Pair(left=read_text(parts["left"]), right=read_text(parts["right"]), feedback=read_text(parts["feedback"]))


def _table(keys: Keys) -> Table:
    parts = keys["answer"].mapping((*_ROWS, "columns"), required=("each", "of", "columns"))
    columns = tuple(map(_column, parts["columns"].items("a list of columns")))
    if not any(column.blank for column in columns) or len(columns) > _MOST_ITEMS:
        raise parts["columns"].error("the columns", expected=f"up to {_MOST_ITEMS}, at least one of them with blank:")
    return Table(rows=_rows(parts), columns=columns)


def _column(entry: Entry) -> Column:
    keys = entry.mapping(("title", "given", "blank", "proof"), required=("title",))
    if ("given" in keys) == ("blank" in keys):
        raise entry.error("a column", expected="either given: or blank:")
    return Column(
        title=read_text(keys["title"]),
        formula=read_formula(keys.get("given") or keys["blank"]),
        blank="blank" in keys,
        proof=read_formula(keys["proof"]) if "proof" in keys else None,
    )


def _text(keys: Keys) -> ShortText:
    return ShortText(text=read_text(keys["answer"]), accepted=_accepted(keys))


def _accepted(keys: Keys) -> tuple[str, ...]:
    if "accepted" not in keys:
        return ()
    return tuple(item.text("a spelling") for item in keys["accepted"].items("a list of spellings"))


def _listing(keys: Keys) -> Bug:
    if "listing" not in keys:
        raise keys["answer"].error("a listing without its lines", expected="listing: | beside answer:")
    parts = keys["answer"].mapping(("line", "fixed", "effect"), required=("line", "fixed", "effect"))
    listing = read_template(keys["listing"], code=True)
    bug = Bug(
        listing=listing,
        line=parts["line"].integer("line", at_least=1),
        fixed=read_template(parts["fixed"], code=True),
        effect=read_text(parts["effect"]),
    )
    if bug.line > _lines(bug):
        raise parts["line"].error(f"line is {bug.line}", expected=f"a line of the listing, 1 to {_lines(bug)}")
    return bug


def _lines(bug: Bug) -> int:
    return 1 + sum(piece.count("\n") for piece in bug.listing.pieces if isinstance(piece, str))


_ANSWERS: Mapping[AnswerKind, Callable[[Keys], AnswerRule]] = {
    "number": lambda keys: read_formula(keys["answer"]),
    "shape": lambda keys: read_formula(keys["answer"]),
    "choice": _choice,
    "choices": _choices,
    "order": _order,
    "match": _match,
    "table": _table,
    "text": _text,
    "listing": _listing,
}
