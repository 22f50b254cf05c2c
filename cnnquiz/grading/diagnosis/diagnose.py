"""What was observed of a wrong submission goes in; what is wrong with it, and where, comes out, the surest first."""

from collections.abc import Sequence

from cnnquiz.bank.text import Language
from cnnquiz.grading.diagnosis.in_words import explain, explain_first_wrong, explain_mutations
from cnnquiz.grading.diagnosis.layer_pairs import Difference
from cnnquiz.grading.diagnosis.messages import sentence
from cnnquiz.grading.diagnosis.symptoms import (
    explain_buffers,
    explain_cast,
    explain_gradients,
    explain_in_place,
    explain_mixed_images,
    explain_other_calls,
    explain_shared,
    explain_unregistered,
)
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.observation import Observation
from cnnquiz.grading.reference import Reference
from cnnquiz.grading.report import Diagnosis

_OTHERS = {
    "size": "fails for another image size",
    "float64": "fixed to one dtype",
    "input_changed": "input changed in place",
    "unsaved": "state that is not saved",
}


def diagnose(
    seen: Observation,
    reference: Reference,
    found: Sequence[Difference] | None,
    *,
    same_function: bool,
    language: Language,
) -> tuple[Diagnosis, ...]:
    """A bug of the solution's that gives the same numbers; else what numbers show; else the first difference.

    `found` are the differences of the two networks, None where nothing was recorded of the submission.
    """
    if seen.claims is None:
        return ()
    if same_function:
        return _unused(seen, language)
    if seen.depends_on_input is False:
        message = sentence("no.eval_outputs.constant", language)
        return (Diagnosis(bug="constant output", where="", message=message, confidence="exact"),)
    if seen.mutations and not (found and _shares_unseen(seen)):
        return explain_mutations(seen.mutations, seen.flow, language)
    one = _of_training(seen, found or (), language) if seen.eval_equal else _of_eval(seen, reference, found, language)
    return () if one is None else (one,)


def _of_training(seen: Observation, found: Sequence[Difference], language: Language) -> Diagnosis | None:
    """Why a network that is right in eval mode is not in train mode, or not for other inputs."""
    changed = explain_in_place(seen.hints, "input_changed", language)
    if seen.wrong_gradients:
        return changed or explain_gradients(list(seen.wrong_gradients), seen.hints, seen.flow, language)
    shown = [each for each in found if _shows_in_training(each)]
    if seen.train_equal and seen.wrong_buffers and not any(each.attribute for each in shown):
        return explain_buffers(seen.wrong_buffers, seen.flow, language)
    first = None if seen.by_layer is None or seen.train_equal else seen.by_layer.first
    still = first is not None and {each.name for each in first.layer.call.buffers} & set(seen.wrong_buffers)
    if first is not None and seen.flow is not None and not (still and not shown):
        return explain_first_wrong(first, shown, seen.flow, language)
    if shown and seen.flow is not None:
        return explain(shown[0], seen.flow, language)
    if seen.wrong_buffers:
        return explain_buffers(seen.wrong_buffers, seen.flow, language)
    if seen.fault is not None and seen.train_equal and seen.gradients_equal is None:
        return explain_in_place(seen.hints, "in_place", language)
    failure = seen.other_failure
    if failure is None:
        return None if seen.train_equal else explain_other_calls(seen.hints, language)
    known = {"input_changed": changed, "float64": explain_cast(seen.hints, language)}.get(failure.kind)
    if known is not None:
        return known
    message = sentence(f"other.{failure.kind}", language)
    where = failure.reason if failure.kind == "unsaved" else ""
    return Diagnosis(bug=_OTHERS[failure.kind], where=where, message=message, confidence="exact")


def _of_eval(
    seen: Observation, reference: Reference, found: Sequence[Difference] | None, language: Language
) -> Diagnosis | None:
    unregistered = explain_unregistered(seen.hints, language)
    if unregistered is not None and (seen.matched is False or seen.repeats is False or seen.independent is False):
        return unregistered
    if seen.independent is False:
        return explain_mixed_images(seen.mixes_images, language)
    if seen.flow is None:
        return None
    shared = explain_shared(seen.flow, flow(reference.network), language)
    if shared is not None:
        return shared
    if seen.by_layer is not None and seen.by_layer.first is not None:
        return explain_first_wrong(seen.by_layer.first, found or (), seen.flow, language)
    if found:
        return explain(found[0], seen.flow, language)
    if seen.repeats is False:
        message = sentence("no.eval_outputs.random", language)
        return Diagnosis(bug="another output for the same input", where="", message=message, confidence="exact")
    if seen.eval_equal is False:
        message = sentence("diff.value", language)
        return Diagnosis(bug="values differ", where="", message=message, confidence="structural")
    return None


def _shares_unseen(seen: Observation) -> bool:
    """Whether sharing weights would explain the numbers of a network that shares none: it reads another layer."""
    used = [tensor.name for layer in seen.flow or () for tensor in layer.call.parameters]
    return [each.change.kind for each in seen.mutations] == ["shared"] and len(used) == len(set(used))


def _shows_in_training(difference: Difference) -> bool:
    layers = (difference.theirs, difference.ours, difference.passed)
    return any(layer is not None and layer.op.name.endswith(("dropout", "batch_norm")) for layer in layers)


def _unused(seen: Observation, language: Language) -> tuple[Diagnosis, ...]:
    """Parameters that are there and do nothing, when nothing else is wrong."""
    network = seen.network
    if network is None or not network.unused_parameters:
        return ()
    names = [tensor.name for tensor in network.unused_parameters]
    message = sentence("unused", language, names=", ".join(f"`{name}`" for name in names[:6]))
    return (Diagnosis(bug="unused parameters", where=names[0], message=message, confidence="exact"),)
