"""What went wrong in training, or with the weights, goes in; where it comes from comes out, in words."""

from collections.abc import Mapping, Sequence

from cnnquiz.bank.text import Language
from cnnquiz.cnn import Call
from cnnquiz.grading.diagnosis.in_words import diagnosis_of
from cnnquiz.grading.diagnosis.layer_pairs import partners
from cnnquiz.grading.diagnosis.messages import layer_name, sentence
from cnnquiz.grading.matching.flow import Flow, Layer
from cnnquiz.grading.report import Diagnosis
from cnnquiz.tracing.recording import Hint

_HINTED = {
    "train_only": "other layers in train mode",
    "cast": "fixed to one dtype",
    "no_grad": "gradient cut off by no_grad",
    "detached": "gradient cut off by detach",
    "unregistered": "weights that are not registered",
    "input_changed": "input changed in place",
    "in_place": "in-place operation breaks backward",
}


def explain_gradients(
    wrong: Sequence[str], hints: Sequence[Hint], student: Flow | None, language: Language
) -> Diagnosis | None:
    """Where gradients are cut off or changed: the line that does it, else the last layer that gets wrong ones.

    `wrong` names the tensors whose gradients are wrong; the input has no name.
    """
    cuts = [hint for hint in hints if hint.kind in ("no_grad", "detached")]
    if cuts:
        return _hinted(cuts[0], language)
    reached = [layer for layer in student or () if _tensors(layer) & set(wrong)]
    if not reached:
        return None
    message = sentence("gradient.from", language, name=f"`{reached[-1].call.name}`")
    return diagnosis_of("wrong gradient", reached[-1], message, language)


def explain_buffers(wrong: Mapping[str, bool], student: Flow | None, language: Language) -> Diagnosis:
    """Running statistics that training leaves wrong: the first layer that has some, and whether they moved at all."""
    layers = [layer for layer in student or () if {each.name for each in layer.call.buffers} & set(wrong)]
    name = layers[0].call.name if layers else next(iter(wrong)).rpartition(".")[0]
    buffers = wrong if not layers else {each.name for each in layers[0].call.buffers} & set(wrong)
    key = "buffers.wrong" if any(wrong[each] for each in buffers) else "buffers.still"
    message = sentence(key, language, name=f"`{name}`")
    if layers:
        return diagnosis_of("wrong running statistics", layers[0], message, language)
    return Diagnosis(bug="wrong running statistics", where=name, message=message, confidence="exact")


def explain_unregistered(hints: Sequence[Hint], language: Language) -> Diagnosis | None:
    """Weights that the module does not know, where some are used."""
    found = [hint for hint in hints if hint.kind == "unregistered"]
    return _hinted(found[0], language) if found else None


def explain_cast(hints: Sequence[Hint], language: Language) -> Diagnosis | None:
    """The first line that gives a tensor a dtype or a device of its own."""
    found = [hint for hint in hints if hint.kind == "cast"]
    return _hinted(found[0], language) if found else None


def explain_other_calls(hints: Sequence[Hint], language: Language) -> Diagnosis | None:
    """The first call that is made in train mode alone."""
    found = [hint for hint in hints if hint.kind == "train_only"]
    return _hinted(found[0], language) if found else None


def explain_in_place(hints: Sequence[Hint], kind: str, language: Language) -> Diagnosis | None:
    """The first line that changes a tensor in place: the input, or one that a backward pass needs."""
    found = [hint for hint in hints if hint.kind == kind]
    return _hinted(found[0], language) if found else None


def explain_mixed_images(first: Layer | None, language: Language) -> Diagnosis:
    """That images of a batch are not computed each for itself, and the first layer that shows it, if one does."""
    bug = "images of a batch are not independent"
    if first is None:
        return Diagnosis(bug=bug, where="", message=sentence("dependent", language), confidence="exact")
    message = sentence("dependent.at", language, name=f"`{first.call.name}`")
    return diagnosis_of(bug, first, message, language)


def explain_shared(student: Flow, solution: Flow, language: Language) -> Diagnosis | None:
    """A layer whose weights were used before, where the solution's has its own."""
    theirs = {position: call for position, call in partners(student, solution).items() if call.parameters}
    used: dict[str, Call] = {}
    ours: set[str] = set()
    for layer in solution:
        call = theirs.get(layer.position)
        if call is None:
            continue
        others = [used[each.name] for each in call.parameters if used.get(each.name, call) is not call]
        if others and not _tensors(layer) & ours:
            facts = {"name": f"`{call.name}`", "other": f"`{others[0].name}`"}
            key = "shared.twice" if call.name == others[0].name else "shared"
            message = sentence(key, language, layer=layer_name(call.op.title, language), **facts)
            return diagnosis_of(f"shared {call.op.title}", call, message, language)
        ours |= _tensors(layer)
        used |= {each.name: call for each in call.parameters}
    return None


def _hinted(hint: Hint, language: Language) -> Diagnosis:
    line = sentence("diff.line", language, line=hint.line) if hint.line else ""
    message = sentence(f"hint.{hint.kind}", language) + line
    bug = _HINTED[hint.kind]
    return Diagnosis(bug=bug, where=hint.module, line=hint.line, message=message, confidence="structural")


def _tensors(layer: Layer) -> set[str]:
    return {each.name for each in layer.call.parameters}
