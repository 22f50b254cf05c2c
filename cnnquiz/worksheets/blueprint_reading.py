"""A blueprint's file and its bank go in; the blueprint comes out, or an error at the line that its author must mend."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar, get_args

from cnnquiz.bank.bank import Bank
from cnnquiz.bank.question import ANSWER_KINDS
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bank.text import LANGUAGES, Template, Text, read_template
from cnnquiz.worksheets.blueprint import FIELD_LABELS, NOTHING, Blueprint, BlueprintSection, Draw
from cnnquiz.worksheets.worksheet import Layout, Paper

_KEYS = (
    *("title", "sections", "language", "seed", "course", "date", "minutes", "instructions"),
    *("aids", "formula_sheet", "fields", "layout"),
)
_SECTION = ("title", "instructions", "points", "points_each", "draw")
_DRAW = ("count", "topics", "questions", "difficulty", "kinds", "mix")
_LAYOUT = ("paper", "columns", "answer_space", "font_size", "page_per_section")

_MOST_PROBLEMS = 500
_MOST_POINTS = 10_000

_Word = TypeVar("_Word", bound=str)


def read_blueprint(path: Path, bank: Bank) -> Blueprint:
    """Read and check a blueprint; BankError names the line of what is wrong, and what it could have meant."""
    keys = read_yaml(path).mapping(_KEYS, required=("title", "sections"))
    sections = keys["sections"].items("a list of sections")
    if not sections:
        raise keys["sections"].error("no sections", expected="at least one section")
    given = Blueprint(
        title=_plain(keys["title"]),
        sections=tuple(map(_section, sections)),
        language=_one_of(keys["language"], "language", LANGUAGES) if "language" in keys else "en",
        seed=keys["seed"].integer("seed", at_least=0, at_most=2**53) if "seed" in keys else 0,
        course=_marked(keys["course"]) if "course" in keys else NOTHING,
        date=_marked(keys["date"]) if "date" in keys else NOTHING,
        minutes=keys["minutes"].integer("minutes", at_least=1, at_most=1440) if "minutes" in keys else None,
        instructions=_marked(keys["instructions"]) if "instructions" in keys else NOTHING,
        aids=_marked_lines(keys.get("aids")),
        formula_sheet=_marked_lines(keys.get("formula_sheet")),
        fields=tuple(map(_field, keys["fields"].items("a list of fields"))) if "fields" in keys else ("name", "id"),
        layout=_layout(keys["layout"]) if "layout" in keys else Layout(),
        path=path,
    )
    _check_names(sections, bank)
    return given


def _section(entry: Entry) -> BlueprintSection:
    keys = entry.mapping(_SECTION, required=("draw",))
    draws = tuple(map(_draw, keys["draw"].items("a list of what is drawn")))
    if not draws:
        raise keys["draw"].error("nothing is drawn", expected="at least one item such as {topics: [shapes], count: 2}")
    return BlueprintSection(
        title=_marked(keys["title"]) if "title" in keys else NOTHING,
        instructions=_marked(keys["instructions"]) if "instructions" in keys else NOTHING,
        points_each=_points_each(keys, sum(draw.count for draw in draws)),
        draws=draws,
    )


def _points_each(keys: Mapping[str, Entry], count: int) -> int | None:
    if "points" in keys and "points_each" in keys:
        raise keys["points_each"].error("points_each beside points", expected="one of them")
    if "points_each" in keys:
        return keys["points_each"].integer("points_each", at_least=1, at_most=_MOST_POINTS)
    if "points" not in keys:
        return None
    points = keys["points"].integer("points", at_least=1, at_most=_MOST_POINTS)
    each, rest = divmod(points, count)
    if rest or not each:
        below, above = each * count, (each + 1) * count
        expected = f"{below} or {above}" if below else f"{above}"
        raise keys["points"].error(f"{points} points do not divide among {count} problems", expected=expected)
    return each


def _draw(entry: Entry) -> Draw:
    keys = entry.mapping(_DRAW)
    if ("topics" in keys) == ("questions" in keys):
        problem = "topics beside questions" if "topics" in keys else "neither topics nor questions"
        raise entry.error(problem, expected="one of them")
    if "questions" in keys:
        for name in ("difficulty", "kinds"):
            if name in keys:
                raise keys[name].error(f"{name} beside questions", expected=f"{name} with topics")
    elif "count" not in keys:
        raise entry.error("'count' is missing", expected="how many problems")
    named = _words(keys, "questions", "a question's id such as alexnet.conv-shape")
    return Draw(
        count=keys["count"].integer("count", at_least=1, at_most=_MOST_PROBLEMS) if "count" in keys else len(named),
        topics=_words(keys, "topics", "a topic such as alexnet"),
        questions=named,
        difficulties=_difficulties(keys.get("difficulty")),
        kinds=tuple(_one_of(item, "answer kind", ANSWER_KINDS) for item in _items(keys.get("kinds"))),
        mix=_truth(keys["mix"]) if "mix" in keys else False,
        line=entry.line,
    )


def _difficulties(entry: Entry | None) -> tuple[int, ...]:
    items = [entry] if entry is not None and not isinstance(entry.value, list) else _items(entry)
    return tuple(item.integer("difficulty", at_least=1, at_most=3) for item in items)


def _words(keys: Mapping[str, Entry], name: str, what: str) -> tuple[str, ...]:
    words: list[str] = []
    for item in _items(keys.get(name)):
        word = item.text(what)
        if word in words:
            raise item.error(f"{word} appears twice", expected="each once")
        words.append(word)
    return tuple(words)


def _items(entry: Entry | None) -> list[Entry]:
    """The entries of a list that is not empty; none where there is no list."""
    if entry is None:
        return []
    items = entry.items()
    if not items:
        raise entry.error("an empty list", expected="at least one item, or no list")
    return items


def _layout(entry: Entry) -> Layout:
    keys = entry.mapping(_LAYOUT)
    usual = Layout()
    numbers = {"columns": (1, 2), "answer_space": (0, 250), "font_size": (8, 16)}
    given = {
        name: keys[name].integer(name, at_least=least, at_most=most)
        for name, (least, most) in numbers.items()
        if name in keys
    }
    papers: tuple[Paper, ...] = get_args(Paper)
    return Layout(
        paper=_one_of(keys["paper"], "paper", papers) if "paper" in keys else usual.paper,
        columns=given.get("columns", usual.columns),
        answer_space=given.get("answer_space", usual.answer_space),
        font_size=given.get("font_size", usual.font_size),
        page_per_section=_truth(keys["page_per_section"]) if "page_per_section" in keys else usual.page_per_section,
    )


def _field(entry: Entry) -> str | Text:
    if isinstance(entry.value, str) and entry.value in FIELD_LABELS:
        return entry.value
    return _plain(entry)


def _marked_lines(entry: Entry | None) -> tuple[Text, ...]:
    return tuple(map(_marked, entry.items("a list of texts"))) if entry is not None else ()


def _plain(entry: Entry) -> Text:
    """A text without marks: one for all languages, or one for each."""
    if not isinstance(entry.value, dict):
        text = Template((entry.text(),))
        return Text(en=text, ko=text)
    languages = entry.mapping(LANGUAGES, required=LANGUAGES)
    return Text(en=Template((languages["en"].text(),)), ko=Template((languages["ko"].text(),)))


def _marked(entry: Entry) -> Text:
    """The same with the marks of prompts, `` `code` `` and `$formula$`, but nothing to be put in."""
    plain = _plain(entry)
    each = entry.open_mapping().values() if isinstance(entry.value, dict) else [entry]
    for item in each:
        if any(not isinstance(piece, str) for piece in read_template(item).pieces):
            raise item.error("braces in a text into which nothing is put", expected="`code` or $formula$")
    return plain


def _one_of(entry: Entry, what: str, allowed: tuple[_Word, ...]) -> _Word:
    given = entry.text(what)
    for word in allowed:
        if given == word:
            return word
    near = difflib.get_close_matches(given, allowed, 1)
    raise entry.error(f"unknown {what} {given!r}", expected=f"{near[0]!r}?" if near else "one of " + ", ".join(allowed))


def _truth(entry: Entry) -> bool:
    given = entry.text("true or false")
    if given not in ("true", "false") or not entry.plain:
        raise entry.error(f"{given!r} where true or false belongs", expected="true or false")
    return given == "true"


def _check_names(sections: list[Entry], bank: Bank) -> None:
    """Each topic and question must be there, each question in one draw only."""
    draws = [draw.open_mapping() for section in sections for draw in section.open_mapping()["draw"].items()]
    topics = [(item.text(), item) for draw in draws for item in _items(draw.get("topics"))]
    named: dict[str, Entry] = {}
    for item in (item for draw in draws for item in _items(draw.get("questions"))):
        name = item.text()
        if name in named:
            raise item.error(f"the question {name} is drawn in line {named[name].line} too", expected="one draw of it")
        named[name] = item
    narrowed = bank.narrowed([name for name, _ in topics], named)
    for topic, item in topics:
        if topic not in narrowed.topics and topic not in bank.topics:
            near = difflib.get_close_matches(topic, bank.topics, 1)
            expected = f"{near[0]!r}?" if near else "one of " + ", ".join(bank.topics)
            raise item.error(f"unknown topic {topic!r}", expected=expected)
    for name, item in named.items():
        if narrowed.find(name) is None and bank.find(name) is None:
            near = difflib.get_close_matches(name, [question.id for question in bank.questions], 3)
            expected = " or ".join(map(repr, near)) + "?" if near else "an id that `cnnquiz list questions` names"
            raise item.error(f"unknown question {name!r}", expected=expected)
