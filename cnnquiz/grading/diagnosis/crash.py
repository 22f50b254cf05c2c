"""A call that raised, or an output of the wrong shape, goes in; which layers gave what to it comes out in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import prod

from cnnquiz.bank.text import Language
from cnnquiz.grading.diagnosis.messages import sentence
from cnnquiz.sandbox import WrongOutput
from cnnquiz.sandbox.faults import FailedCall, Operand
from cnnquiz.tracing.functions import canonical_name

# Calls that can lay numbers of one image into the row of another.
_RESHAPES = frozenset({"view", "reshape", "flatten", "unflatten", "ravel"})


def about_batch(wrong: WrongOutput, recorded: bool, language: Language) -> Iterator[str]:
    """What an output of the wrong shape did with the axis of the batch, where that is what is wrong."""
    pairs = [(a.shape, e.shape) for a, e in zip(wrong.actual, wrong.expected, strict=False) if a.shape != e.shape]
    if not pairs:
        return
    actual, expected = pairs[0]
    if expected[0] == 1 and actual == expected[1:]:
        # Where two images could be recorded, only an axis of size 1 can have gone.
        yield sentence("wrong.hint.flattened" if not recorded else "wrong.hint.squeezed", language)
    elif len(actual) == len(expected) and actual[1:] == expected[1:]:
        key = "wrong.hint.batch_merged" if actual[0] > expected[0] else "wrong.hint.batch_swallowed"
        yield sentence(key, language, actual=actual[0], batch=expected[0])


def about_call(call: FailedCall, language: Language) -> Iterator[str]:
    """Which layers gave which shapes to a call that raised, and what that means where it is plain."""
    function = canonical_name(call.function)
    computed = [each for each in call.operands if each.origin in ("input", "made")]
    if not computed:
        return
    first = computed[0]
    facts = {"function": f"`{function}`", "given": _named(first, call, language)}
    expected, features = _expected_size(function, call), prod(_of_image(first, call))
    if function in ("view", "reshape") and call.sizes and first.shape[:1] == (call.batch,):
        if call.sizes[0] not in (-1, call.batch) and (-1 in call.sizes[1:] or prod(call.sizes[1:]) == features):
            yield sentence("fault.fixed_batch", language, size=call.sizes[0], **facts)
            return
        sizes = ", ".join(map(str, call.sizes))
        yield sentence("fault.call.view", language, count=features, sizes=f"({sizes})", **facts)
    elif expected is not None:
        key = "fault.call.features" if function == "linear" else "fault.call.channels"
        yield sentence(key, language, layer=f"`{_layer(call)}`", expected=expected, **facts)
        if function == "linear" and len(_of_image(first, call)) > 1 and features == expected:
            yield sentence("fault.call.not_flattened", language)
    else:
        operands = _listed([_named(each, call, language) for each in call.operands], language)
        yield sentence("fault.call.given", language, operands=operands, **facts)
        odd = _odd_one_out(function, call)
        if odd is not None:
            yield sentence("fault.call.odd", language, given=_named(odd, call, language))
    for each in computed:
        if each.function in _RESHAPES and each.shape[:1] != (call.batch,):
            axes = {"size": each.shape[0] if each.shape else 0, "batch": call.batch}
            yield sentence("fault.call.batch_lost", language, given=f"`{canonical_name(each.name)}`", **axes)
            return


def _expected_size(function: str, call: FailedCall) -> int | None:
    """The features or channels that a layer's weights ask for, where it was given others; None where that fits."""
    given = next(each for each in call.operands if each.origin in ("input", "made"))
    weights = [each.shape for each in call.operands if each.origin == "weight"]
    expected = actual = None
    if function == "linear" and weights and len(weights[0]) == 2:
        expected, actual = weights[0][1], given.shape[-1:]
    elif function == "batch_norm" and weights and len(weights[0]) == 1:
        expected, actual = weights[0][0], given.shape[1:2]
    elif function in ("conv1d", "conv2d", "conv3d") and weights and len(weights[0]) > 2 and call.module and call.sizes:
        expected, actual = weights[0][1] * call.sizes[-1], given.shape[1:2]  # torch's layers hand `groups` on last
    return None if expected is None or actual == (expected,) else expected


def _layer(call: FailedCall) -> str:
    weight = next(each.name for each in call.operands if each.origin == "weight")
    return call.module or weight.rpartition(".")[0] or weight


def _odd_one_out(function: str, call: FailedCall) -> Operand | None:
    """The operand that fits none of the others, which agree with one another."""
    if function not in ("cat", "stack", "add") or len(call.operands) < 3:
        return None
    axis = (call.sizes[-1] if call.sizes else 0) if function == "cat" else None
    shapes = [
        tuple(size for i, size in enumerate(each.shape) if axis is None or i not in (axis, axis + len(each.shape)))
        for each in call.operands
    ]
    (usual, count), *_ = Counter(shapes).most_common(1)
    others = [each for each, shape in zip(call.operands, shapes, strict=True) if shape != usual]
    return others[0] if len(others) == 1 and count > 1 else None


def _of_image(operand: Operand, call: FailedCall) -> tuple[int, ...]:
    """The shape without the batch, unless the first axis is not the batch."""
    batched = operand.origin in ("input", "made") and operand.shape[:1] == (call.batch,)
    return operand.shape[1:] if batched else operand.shape


def _named(operand: Operand, call: FailedCall, language: Language) -> str:
    shape = "×".join(map(str, _of_image(operand, call))) or "1"
    name = f"`{canonical_name(operand.name) if operand.line else operand.name}`"
    key = f"operand.{operand.origin}" if operand.origin in ("input", "other") else "operand.named"
    if operand.line and key == "operand.named":
        key = "operand.at"
    return sentence(key, language, name=name, line=operand.line, shape=shape)


def _listed(parts: Sequence[str], language: Language) -> str:
    if language == "ko" or len(parts) < 2:
        return ", ".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
