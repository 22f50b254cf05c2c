"""Differences of two networks go in; sentences with the student's own names and lines come out."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language, format_value
from cnnquiz.cnn import Call
from cnnquiz.cnn.op import Attribute
from cnnquiz.formulas import Value
from cnnquiz.grading.difference import Difference
from cnnquiz.grading.messages import sentence
from cnnquiz.grading.report import Diagnosis

_SHOWN = ("kernel_size", "stride", "padding", "groups", "out_channels", "out_features", "output_size")


def explain(difference: Difference, language: Language) -> Diagnosis:
    """One difference in words: what is there, what should be, and where."""
    theirs, ours = difference.theirs, difference.ours
    if theirs is None:
        assert ours is not None
        bug = f"missing {ours.op.title}"
        place = _after(difference.before, language)
        message = sentence("diff.missing", language, place=place, ours=described(ours))
        return _diagnosis(bug, difference.before, message, language)
    if theirs.op.title == "dropout" and theirs.op.attributes()["active"]:
        message = sentence("diff.dropout_active", language, name=f"`{theirs.name}`")
        return _diagnosis("dropout active in eval mode", theirs, message, language)
    if ours is None:
        place, name = _after(difference.before, language), _in_brackets(theirs)
        message = sentence("diff.extra", language, place=place, theirs=described(theirs), name=name)
        return _diagnosis(f"extra {theirs.op.title}", theirs, message, language)
    if difference.attribute is None:
        facts: Mapping[str, object] = {"theirs": described(theirs), "ours": described(ours)}
        message = sentence("diff.replaced", language, name=f"`{theirs.name}`", **facts)
        return _diagnosis(f"{theirs.op.title} for {ours.op.title}", theirs, message, language)
    message = sentence(
        "diff.attribute",
        language,
        name=f"`{theirs.name}`",
        attribute=difference.attribute,
        actual=_value(difference.actual),
        expected=_value(difference.expected),
    )
    return _diagnosis(f"wrong {difference.attribute}", theirs, message, language)


def described(call: Call) -> str:
    """A layer as one writes it: `conv2d(kernel_size=5, padding=2)`; sizes that say nothing are left out."""
    attributes = call.op.attributes()
    shown = {name: attributes[name] for name in _SHOWN if attributes.get(name) not in (None, 0, (0, 0))}
    if shown.get("groups") == 1:
        del shown["groups"]
    inside = ", ".join(f"{name}={_value(value)}" for name, value in shown.items())
    return f"{call.op.title}({inside})" if inside else call.op.title


def _diagnosis(bug: str, where: Call | None, message: str, language: Language) -> Diagnosis:
    line = sentence("diff.line", language, line=where.line) if where is not None and where.line else ""
    name = where.name if where is not None else ""
    return Diagnosis(bug=bug, where=name, message=message + line, confidence="structural")


def _after(before: Call | None, language: Language) -> str:
    if before is None:
        return sentence("place.start", language)
    return sentence("place.after", language, before=f"`{before.name}`")


def _in_brackets(call: Call) -> str:
    return f" (`{call.name}`)" if call.name != call.op.title else ""


def _value(value: Attribute) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else str(value)
    return str(value) if value is None or isinstance(value, (bool, float)) else _number(value)


def _number(value: Value) -> str:
    return format_value(value)
