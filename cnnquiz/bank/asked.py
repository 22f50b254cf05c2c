"""Which names the rules of an answer use, and which of them a student can see."""

from collections.abc import Iterable, Iterator

from cnnquiz.bank.answers import (
    AnswerRule,
    Bug,
    InColumn,
    Listed,
    OneRight,
    Pairs,
    Rows,
    SeveralRight,
    ShortText,
    Sorted,
    Table,
    WrongRule,
)
from cnnquiz.bank.text import Template, Text
from cnnquiz.formulas import Formula

Part = Formula | Text | Template


def answer_names(rule: AnswerRule) -> frozenset[str]:
    """The names of the question that the rule needs."""
    rows = _rows(rule)
    inside = _union(_parts(rule))
    return inside if rows is None else (inside - {rows.name}) | _row_names(rows)


def wrong_names(wrong: WrongRule, answer: AnswerRule) -> frozenset[str]:
    """The names of the question that a mistake of that answer needs."""
    match wrong:
        case Formula() | Text():
            names = wrong.names
        case InColumn(formula=formula):
            names = formula.names
        case ShortText(text=text):
            names = text.names
        case _:
            return frozenset()
    rows = _rows(answer)
    return names - {rows.name} if rows is not None else names


def shown_names(rule: AnswerRule) -> frozenset[str]:
    """The names whose values the student sees beside the prompt."""
    match rule:
        case Table(rows=rows, columns=columns):
            given = (column.formula for column in columns if not column.blank)
            inside = _union((*given, *(column.title for column in columns)))
        case Sorted(rows=rows, text=text):
            inside = text.names
        case Pairs(pairs=pairs, rows=rows) if rows is not None:
            inside = _union(part for pair in pairs for part in (pair.left, pair.right))
        case Bug(listing=listing):
            return listing.names
        case Formula() | ShortText():
            return frozenset()
        case _:
            return answer_names(rule)
    return (inside - {rows.name}) | (_row_names(rows) if rows.name in inside else frozenset())


def shown_texts(rule: AnswerRule) -> Iterator[Text]:
    """The texts that a student sees, or that the key shows, in one language at a time."""
    return (part for part in _parts(rule) if isinstance(part, Text))


def _rows(rule: AnswerRule) -> Rows | None:
    return rule.rows if isinstance(rule, Sorted | Pairs | Table) else None


def _row_names(rows: Rows) -> frozenset[str]:
    where = frozenset() if rows.where is None else rows.where.names - {rows.name}
    return rows.of.names | where


def _parts(rule: AnswerRule) -> Iterator[Part]:
    match rule:
        case Formula():
            yield rule
        case OneRight(right=right):
            yield right
        case SeveralRight(right=options) | Listed(items=options):
            yield from options
        case Sorted(by=by, text=text):
            yield from (by, text)
        case Pairs(pairs=pairs, extra=extra):
            for pair in pairs:
                yield from (pair.left, pair.right, pair.feedback)
            yield from extra
        case Table(columns=columns):
            for column in columns:
                yield from (column.title, column.formula)
                if column.proof is not None:
                    yield column.proof
        case ShortText(text=text):
            yield text
        case Bug(listing=listing, fixed=fixed, effect=effect):
            yield from (listing, fixed, effect)


def _union(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset().union(*(part.names for part in parts))
