"""A folder of question files goes in; its questions come out, checked, those that are asked for alone being read."""

import difflib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path

from cnnquiz.bank.library import Library, own_network, shipped_library
from cnnquiz.bank.question import Question
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.question import about_family, read_questions, topics_of
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bank.selection import Selection, outlines
from cnnquiz.bank.space import assignments
from cnnquiz.bank.text import Language, format_value, read_text
from cnnquiz.bundled import bundled_path
from cnnquiz.cnn import Network
from cnnquiz.errors import BankError, CnnQuizError, UsageError

# What stands behind `topics:`, up to the next key.
_TOPICS = re.compile(r"topics:(.*?)(?=\n *[a-z_]+:|\Z)", re.DOTALL)


class Bank:
    """The questions of a question_bank folder, or of single files of it; each is read when it is first asked for."""

    def __init__(self, folder: Path, library: Library, files: Iterable[Path]) -> None:
        self.folder = folder
        self.library = library
        self._files = tuple(files)
        # What is read once is kept, also by banks of fewer files.
        self._parsed: dict[Path, list[Entry]] = {}
        self._read: dict[tuple[Path, int], tuple[Question, ...]] = {}

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        """All entries in the order of their files, no two with one id."""
        entries: dict[str, Entry] = {}
        for path in self._files:
            if path not in self._parsed:
                self._parsed[path] = read_yaml(path).items("a list of questions")
            for entry in self._parsed[path]:
                key = entry.open_mapping().get("id")
                families = entry.open_mapping().get("families")
                name = key.text("an id") if key else f"the entry at {path}:{entry.line}"
                name = f"FAMILY.{name}" if families else name
                if name in entries:
                    first = entries[name]
                    problem = f"the id {name!r} is taken by {first.path}:{first.line}"
                    raise BankError(path, entry.line, problem, expected="an id of its own")
                entries[name] = entry
        if not entries:
            raise UsageError(f"{self.folder}: no questions in it (expected .yaml files with lists of questions)")
        return tuple(entries.values())

    def _questions_of(self, number: int) -> tuple[Question, ...]:
        entry = self._entries[number]
        place = entry.path, entry.line
        if place not in self._read:
            self._read[place] = read_questions(entry, self.library)
        return self._read[place]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order of their files; BankError where one cannot be read or an id is taken."""
        questions: dict[str, Question] = {}
        for number in range(len(self._entries)):
            for question in self._questions_of(number):
                _take_id(question, questions)
        return tuple(questions.values())

    def readings(self) -> Iterator[Question | CnnQuizError]:
        """All questions, with the error in the place of an entry that cannot be read."""
        try:
            entries = self._entries
        except CnnQuizError as error:
            yield error
            return
        seen: dict[str, Question] = {}
        for number in range(len(entries)):
            try:
                for question in self._questions_of(number):
                    _take_id(question, seen)
                    yield question
            except CnnQuizError as error:
                yield error

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({topic for entry in self._entries for topic in topics_of(entry, self.library)}))

    def select(self, wanted: Iterable[str], difficulty: int | None = None) -> Selection:
        """The questions on any of the wanted topics and of one difficulty; UsageError where there is none.

        Each is read, and what is wrong with it told, when it is looked at.
        """
        wanted = tuple(wanted)
        narrowed = self.narrowed(wanted)
        if set(wanted) <= set(narrowed.topics):
            return narrowed.on_topics(wanted, difficulty)
        for topic in wanted:
            if topic not in self.topics:
                near = difflib.get_close_matches(topic, self.topics, 1)
                expected = f"{near[0]!r}?" if near else "one of " + ", ".join(self.topics)
                raise UsageError(f"unknown topic {topic!r} (expected {expected})")
        return self.on_topics(wanted, difficulty)

    def narrowed(self, topics: Iterable[str], ids: Iterable[str] = ()) -> "Bank":
        """The bank of those files alone in which a question on such a topic, or one with such an id, may be.

        It is this bank where there is no such file.
        """
        topics, ids = tuple(topics), tuple(ids)
        narrowed = Bank(self.folder, self.library, [path for path in self._files if self._may_ask(path, topics, ids)])
        narrowed._parsed, narrowed._read = self._parsed, self._read
        return narrowed if narrowed._files else self

    def _may_ask(self, path: Path, topics: tuple[str, ...], ids: tuple[str, ...]) -> bool:
        """Could an entry of the file be asked for? Looking for names is faster than reading what is not."""
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return True  # reading it says what is wrong
        families = "families:" in text
        if families and any(topic in self.library.families for topic in topics):
            return True
        if any(name in text or (families and name.partition(".")[2] in text) for name in ids):
            return True
        named = " ".join(_TOPICS.findall(text))
        return any(topic in named for topic in topics) or "\\" in named

    def on_topics(self, wanted: tuple[str, ...], difficulty: int | None) -> Selection:
        """The same of topics that are all there; UsageError where none of their questions is so difficult."""
        chosen = [
            outline
            for number, entry in enumerate(self._entries)
            if set(topics_of(entry, self.library)) & set(wanted)
            for outline in outlines(entry, self.library, partial(self._questions_of, number))
            if set(outline.topics) & set(wanted) and difficulty in (None, outline.difficulty)
        ]
        if not chosen:
            problem = f"no question on {', '.join(wanted)} has difficulty {difficulty}"
            raise UsageError(f"{problem} (expected another difficulty)")
        return Selection(chosen)

    def find(self, id: str) -> Question | None:
        """The question with an id, or None; no other entry is read."""
        for number, entry in enumerate(self._entries):
            keys = entry.open_mapping()
            name = keys["id"].text("an id") if "id" in keys else ""
            # An entry that is asked of families has a question FAMILY.name for each of them.
            if id == name or ("families" in keys and id.endswith(f".{name}")):
                for question in self._questions_of(number):
                    if question.id == id:
                        return question
        return None

    def question(self, id: str) -> Question:
        """One question by its id; UsageError with the ids that are near."""
        found = {question.id: question for question in self.questions}
        if id not in found:
            near = difflib.get_close_matches(id, found, 3) or list(found)[:3]
            raise UsageError(f"unknown question {id!r} (expected an id such as {', '.join(near)})")
        return found[id]

    def about_network(self, network: Network) -> tuple[Question, ...]:
        """The questions that are asked of every family, asked of this network, as far as it has what they ask about."""
        family, record = own_network(network)
        questions: list[Question] = []
        for number, entry in enumerate(self._entries):
            if "families" not in entry.open_mapping():
                continue
            first, *_ = self._questions_of(number)
            if first.aspect == "idea":
                continue
            former = self.library.families[first.topics[0]]
            question = about_family(first, self.library.networks_of(former), family, (record,))
            # A formula that fails asks for what this network lacks; of recorded ones, `bank check` tells it.
            with suppress(BankError):
                assignments(question)
                questions.append(question)
        if not questions:
            raise UsageError(f"{network.name}: no question fits it (expected convolutions, pooling or linear layers)")
        return tuple(questions)

    def title(self, wanted: Iterable[str], language: Language) -> str:
        """What a worksheet on these topics is called. A topic without a title in `topics.yaml` keeps its name."""
        path = self.folder / "topics.yaml"
        titles = read_yaml(path).open_mapping() if path.is_file() else {}
        families = self.library.families
        return ", ".join(
            read_text(titles[topic]).fill(language, {}) if topic in titles
            else format_value(families[topic], language) if topic in families
            else topic
            for topic in wanted
        )  # fmt: skip


def _take_id(question: Question, taken: dict[str, Question]) -> None:
    if question.id in taken:
        first = taken[question.id]
        problem = f"the id {question.id!r} is taken by {first.path}:{first.line}"
        raise BankError(question.path, question.line, problem, expected="an id of its own")
    taken[question.id] = question


def open_bank(path: Path | None = None) -> Bank:
    """A question_bank folder, one file of questions, or (without a path) the bank that ships with the package.

    UsageError where the path is neither. What is wrong inside of a file is told when it is read.
    """
    folder = path or bundled_path("question_bank")
    if folder.is_file():
        return Bank(folder.parent.parent, _library(folder.parent.parent), [folder])
    if not (folder / "questions").is_dir():
        raise UsageError(f"{folder}: no folder 'questions' in it (expected a question bank)")
    return Bank(folder, _library(folder), sorted((folder / "questions").glob("*.yaml")))


def _library(folder: Path) -> Library:
    shipped = shipped_library()
    return shipped if folder.resolve() == bundled_path("question_bank") else Library(folder, shipped)
