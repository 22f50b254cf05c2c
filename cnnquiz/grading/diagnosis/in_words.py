"""Differences of two networks, or mutations, go in; sentences with the student's own names and lines come out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from cnnquiz.bank.text import Language, format_value
from cnnquiz.cnn import Call, Op
from cnnquiz.cnn.op import Attribute
from cnnquiz.cnn.structure import Flatten
from cnnquiz.formulas import Value
from cnnquiz.grading.diagnosis.layer_by_layer import FirstWrong
from cnnquiz.grading.diagnosis.layer_pairs import INPUTS, Difference, partners
from cnnquiz.grading.diagnosis.messages import layer_name, sentence
from cnnquiz.grading.matching.flow import Flow, Layer, flow
from cnnquiz.grading.report import Diagnosis
from cnnquiz.tracing.mutants import Mutation

# So many layers missing in a row are told together.
_BLOCK = 4

_SHOWN = ("kernel_size", "stride", "padding", "groups", "out_channels", "out_features", "output_size")


def explain(difference: Difference, student: Flow, language: Language) -> Diagnosis:
    """One difference in words: what is there, what should be, and where."""
    theirs, ours = difference.theirs, difference.ours
    if difference.passed is not None:
        assert theirs is not None
        facts: Mapping[str, object] = {"name": f"`{theirs.call.name}`", "passed": f"`{difference.passed.call.name}`"}
        message = sentence("diff.early" if difference.is_early else "diff.late", language, **facts)
        return diagnosis_of(f"order of {theirs.op.title}", theirs, message, language)
    if theirs is None:
        assert ours is not None
        bug = f"missing {ours.op.title}"
        place = _missing_at(difference, language)
        if len(difference.in_a_row) >= _BLOCK:
            layers = ", ".join(layer.op.title for layer in difference.in_a_row)
            message = sentence("diff.block", language, place=place, count=len(difference.in_a_row), layers=layers)
            return diagnosis_of("missing block", difference.before, message, language)
        message = sentence("diff.missing", language, place=place, ours=described(ours))
        return diagnosis_of(bug, difference.before, message, language)
    if theirs.op.title == "dropout" and theirs.op.attributes()["active"]:
        message = sentence("diff.dropout_active", language, name=f"`{theirs.call.name}`")
        return diagnosis_of("dropout active in eval mode", theirs, message, language)
    mode = theirs.op.attributes().get("mode", "constant") if theirs.op.name == "pad" else "constant"
    if mode != "constant":
        message = sentence("diff.pad_mode", language, name=f"`{theirs.call.name}`", mode=mode)
        return diagnosis_of("wrong padding mode", theirs, message, language)
    if ours is None:
        place, name = _after(difference.before, language), _in_brackets(theirs)
        message = sentence("diff.extra", language, place=place, theirs=described(theirs), name=name)
        return diagnosis_of(f"extra {theirs.op.title}", theirs, message, language)
    if difference.is_own:
        assert ours is not None
        message = sentence("diff.own", language, name=f"`{theirs.call.name}`", ours=described(ours))
        return diagnosis_of(f"own {ours.op.title}", theirs, message, language)
    if difference.reads:
        return _other_reads(difference, student, language)
    if difference.attribute == INPUTS:
        numbers = {"actual": difference.actual, "expected": difference.expected}
        message = sentence("diff.inputs", language, name=f"`{theirs.call.name}`", **numbers)
        return diagnosis_of(f"inputs of {theirs.op.title}", theirs, message, language)
    if difference.attribute is None:
        facts = {"theirs": described(theirs), "ours": described(ours)}
        message = sentence("diff.replaced", language, name=f"`{theirs.call.name}`", **facts)
        return diagnosis_of(f"{theirs.op.title} for {ours.op.title}", theirs, message, language)
    message = sentence(
        "diff.attribute",
        language,
        name=f"`{theirs.call.name}`",
        attribute=difference.attribute,
        actual=_value(difference.actual),
        expected=_value(difference.expected),
    )
    return diagnosis_of(f"wrong {difference.attribute}", theirs, message, language)


def explain_first_wrong(spot: FirstWrong, found: Sequence[Difference], student: Flow, language: Language) -> Diagnosis:
    """The difference that lies where the numbers go wrong; where none does, that layer itself."""
    rewired = [each for each in found if each.passed is not None or each.reads]
    there = next(iter([*filter(spot.explains, found), *rewired]), None)
    if there is not None:
        return explain(there, student, language)
    names = {layer.position: f"`{layer.call.name}`" for layer in student} | {-1: sentence("the.input", language)}
    facts = {"name": f"`{spot.layer.call.name}`", "before": names[max(spot.layer.inputs)]}
    message = sentence("diff.value.at", language, **facts)
    return diagnosis_of("values differ", spot.layer, message, language)


def _other_reads(difference: Difference, student: Flow, language: Language) -> Diagnosis:
    """A layer that is right and is fed from another place, in the student's names."""
    names = {layer.position: f"`{layer.call.name}`" for layer in student} | {-1: sentence("the.input", language)}
    actual = [names[each] for each in difference.reads if each not in difference.expected_reads]
    expected = [names[each] for each in difference.expected_reads if each not in difference.reads]
    theirs = difference.theirs
    assert theirs is not None
    if difference.reads_twice:
        twice = [names[each] for each in difference.reads if difference.reads.count(each) > 1]
        message = sentence("diff.twice", language, name=f"`{theirs.call.name}`", actual=twice[0])
        return diagnosis_of(f"an input of {theirs.op.title} twice", theirs, message, language)
    key = "diff.reads" if actual and expected else "diff.reads.order"
    facts = {"name": f"`{theirs.call.name}`", "actual": ", ".join(actual), "expected": ", ".join(expected)}
    return diagnosis_of(f"{theirs.op.title} reads another layer", theirs, sentence(key, language, **facts), language)


def explain_mutations(mutations: Sequence[Mutation], student: Flow | None, language: Language) -> tuple[Diagnosis, ...]:
    """What was done to the solution to get the submission's numbers, in words; one diagnosis for each bug."""
    if len(mutations) == 1:
        return (_mutated(mutations[0], student, language, "mutant"),)
    return tuple(
        _mutated(
            each,
            student,
            language,
            "mutant.next" if number > 1 else "mutant.first",
            number=number,
            count=len(mutations),
        )
        for number, each in enumerate(mutations, start=1)
    )


def _mutated(mutation: Mutation, student: Flow | None, language: Language, key: str, **counted: int) -> Diagnosis:
    change, place = mutation.change, _Place(mutation, student, language)
    is_added = change.kind in ("added", "dropout_added_active")
    known = change.place
    if change.kind == "moved" and place.partner(known) is None and change.neighbour is not None:
        known = change.neighbour
    facts = {
        "at": place.at(known),
        "after": place.after(change.place) if is_added else place.behind(change.place),
        "neighbour": place.called(change.neighbour) if change.neighbour is not None else "",
        "layer": layer_name(change.layer, language),
        "other": layer_name(change.other, language),
        "attribute": change.attribute,
        "actual": _value(change.actual),
        "expected": _value(change.expected),
        "also": "".join(
            sentence("mutant.also", language, attribute=name, actual=_value(actual), expected=_value(expected))
            for name, actual, expected in change.also
        ),
    }
    twice = change.kind == "shared" and facts["neighbour"] == place.called(known)
    done = sentence("mutant.shared_twice" if twice else f"mutant.{change.kind}", language, **facts)
    if change.more:
        done += sentence("mutant.more", language, more=change.more)
    message = sentence(key, language, change=done, **counted)
    where = place.nearest(place.source(change.place) if change.kind == "dropped" else change.place)
    return diagnosis_of(change.bug, where, message, language, confidence="exact")


class _Place:
    """Places of the mutated network in the student's names, or as layers of the solution, counted."""

    def __init__(self, mutation: Mutation, student: Flow | None, language: Language) -> None:
        self._calls = mutation.origin.calls
        self._partners = {} if student is None else partners(student, flow(mutation.origin))
        self._language = language

    def partner(self, place: int) -> Call | None:
        return self._partners.get(place)

    def source(self, place: int) -> int:
        """The last of the calls whose output a call reads; -1 is the network's input."""
        return max(self._calls[place].inputs) - 1 if place >= 0 else -1

    def nearest(self, place: int) -> Call | None:
        """The student's call for a place, or for the nearest one before it that has one."""
        while place >= 0:
            if place in self._partners:
                return self._partners[place]
            place = self.source(place)
        return None

    def called(self, place: int) -> str:
        """The student's name for a call, or the solution's layers of its kind counted up to it."""
        if place in self._partners:
            return f"`{self._partners[place].name}`"
        title = self._calls[place].op.title
        number = sum(call.op.title == title for call in self._calls[: place + 1])
        return sentence("place.counted", self._language, layer=layer_name(title, self._language), number=number)

    def behind(self, place: int) -> str:
        """After a layer; where several read it, between it and the one in question."""
        source = self.source(place)
        found, reader = self.nearest(source), self._partners.get(self._reader(place))
        several = sum(source + 1 in call.inputs for call in self._calls) > 1
        if found is None or reader is None or not several:
            return self.after(source)
        return sentence("place.between", self._language, before=f"`{found.name}`", behind=f"`{reader.name}`")

    def _reader(self, place: int) -> int:
        """The first call that reads another, or -1."""
        return next((k for k, call in enumerate(self._calls) if place + 1 in call.inputs), -1)

    def at(self, place: int) -> str:
        if place in self._partners or not self._partners:
            return sentence("place.at", self._language, name=self.called(place))
        return self.after(self.source(place))

    def after(self, place: int) -> str:
        found = self.nearest(place)
        if found is not None:
            return sentence("place.after", self._language, before=f"`{found.name}`")
        if place < 0 or self._partners:
            return sentence("place.start", self._language)
        return sentence("place.after", self._language, before=self.called(place))


def described(layer: Layer) -> str:
    """A layer as one writes it: `conv2d(kernel_size=5, padding=2)`; sizes that say nothing are left out."""
    return written(as_recorded(layer))


def as_recorded(layer: Layer) -> Op:
    """The call's own operation where the usual spelling has another name, unless it is one of several of that call."""
    recorded = layer.call.op
    return layer.op if isinstance(layer.op, Flatten) or recorded.title == layer.op.title else recorded


def written(op: Op, told: Collection[str] = ()) -> str:
    """An operation as one writes it; attributes that are `told` are there whatever they say."""
    attributes = op.attributes()
    usual = {"groups": (1,), "stride": (1, (1, 1)) if op.title.startswith("conv") else ()}
    shown = {
        name: attributes[name]
        for name in dict.fromkeys((*_SHOWN, *told))
        if name in told or (attributes.get(name) not in (None, 0, (0, 0), *usual.get(name, ())))
    }
    inside = ", ".join(f"{name}={_value(value)}" for name, value in shown.items())
    return f"{op.title}({inside})" if inside else op.title


def diagnosis_of(
    bug: str,
    where: Layer | Call | None,
    message: str,
    language: Language,
    confidence: Literal["exact", "structural"] = "structural",
) -> Diagnosis:
    call = where.call if isinstance(where, Layer) else where
    line = sentence("diff.line", language, line=call.line) if call is not None and call.line else ""
    name, number = (call.name, call.line) if call is not None else ("", None)
    return Diagnosis(bug=bug, where=name, line=number, message=message + line, confidence=confidence)


def _missing_at(difference: Difference, language: Language) -> str:
    """Where a layer is missing: behind another, and in front of which where that has several readers."""
    before, behind = difference.before, difference.behind
    if before is None or behind is None:
        return _after(before, language)
    facts = {"before": f"`{before.call.name}`", "behind": f"`{behind.call.name}`"}
    return sentence("place.between", language, **facts)


def _after(before: Layer | None, language: Language) -> str:
    if before is None:
        return sentence("place.start", language)
    return sentence("place.after", language, before=f"`{before.call.name}`")


def _in_brackets(layer: Layer) -> str:
    return f" (`{layer.call.name}`)" if layer.call.name != layer.call.op.title else ""


def _value(value: Attribute) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else str(value)
    return str(value) if value is None or isinstance(value, (bool, float, str)) else _number(value)


def _number(value: Value) -> str:
    return format_value(value)
