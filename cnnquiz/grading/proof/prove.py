"""An exercise goes in; how its solution's mutants fare at challenges as the grader draws them comes out."""

from collections import Counter, defaultdict
from math import prod

from cnnquiz.bank.exercise import Exercise
from cnnquiz.bank.exercise_proof import MutantAt, SettingProof
from cnnquiz.cnn import Network
from cnnquiz.errors import ReplayError
from cnnquiz.grading.challenge import used_tensors
from cnnquiz.grading.grade import RECORDER
from cnnquiz.grading.proof.trial import PLAIN, Trial
from cnnquiz.grading.reference import observe_solution
from cnnquiz.sandbox import Limits, Sandbox
from cnnquiz.tracing.mutants import Mutation, mutations_at

# In tolerances: what a mutant must be away from the solution, and what is float32 at most. A tolerance is a hundred
# times the solution's own float32 error, so that sums in another order differ by a hundredth or two.
FAR, EQUAL = 4.0, 0.1

# A teacher's own code may take its time, also on a busy machine.
_PATIENCE = Limits(cpu_seconds=900, import_seconds=120, call_seconds=120, total_seconds=1800)

_CHALLENGES = 3

# Of larger networks calls that are alike count once or twice, and those of the largest are tried on one challenge.
_LARGE_MACS, _HUGE_MACS = 100_000_000, 500_000_000

# Attributes that differ between layers that are alike.
_WIDTHS = frozenset({"in_channels", "out_channels", "in_features", "out_features", "num_features", "groups"})


def open_patient_sandbox() -> Sandbox:
    """A sandbox for solutions."""
    return Sandbox(recorder=RECORDER, limits=_PATIENCE)


def prove(exercise: Exercise, sandbox: Sandbox) -> tuple[SettingProof, ...]:
    """Try every mutant of the solution with each set of arguments. GradingError where the solution fails."""
    return tuple(_prove(setting, sandbox) for setting in exercise.settings)


def _prove(exercise: Exercise, sandbox: Sandbox) -> SettingProof:
    first = observe_solution(exercise, sandbox)
    network = first.network
    challenges = _CHALLENGES if network.macs <= _HUGE_MACS else 1
    try:
        trials = [Trial(first, network)]
        trials += [Trial(observe_solution(exercise, sandbox), network) for _ in range(challenges - 1)]
    except ReplayError as error:
        trials, reason = [], str(error)
    else:
        reason = ""
    places = _telling_places(network) if network.macs > _LARGE_MACS else range(len(network.calls))
    mutants = [mutation for place in places for mutation in mutations_at(network, place)] if trials else []
    fitting = [mutation for mutation in mutants if _same_tensors(mutation.network, network)]
    kinds = Counter(mutation.change.kind for mutation in mutants)
    found = [(mutation, [trial.distance(mutation.network) for trial in trials]) for mutation in fitting]
    far = [(mutation, min(distances)) for mutation, distances in found if min(distances) >= FAR]
    nearest = min(far, key=lambda pair: pair[1], default=None)
    return SettingProof(
        arguments=exercise.arguments,
        input_shape=exercise.input_shape,
        challenges=len(trials),
        calls=len(network.calls),
        tried=len(places),
        train_mode=all(trial.train_mode for trial in trials),
        told_apart=Counter(mutation.change.kind for mutation, _ in far),
        other_tensors=kinds - Counter(mutation.change.kind for mutation in fitting),
        equal=tuple(_placed(mutation, 0.0) for mutation, distances in found if max(distances) < EQUAL),
        weak=tuple(_placed(mutation, min(each)) for mutation, each in found if min(each) < FAR and max(each) >= EQUAL),
        nearest=_placed(*nearest) if nearest and nearest[1] < PLAIN else None,
        unproved=reason,
    )


def _placed(mutation: Mutation, tolerances: float) -> MutantAt:
    place = mutation.change.place
    layer = mutation.origin.calls[place].name if place >= 0 else "input"
    return MutantAt(bug=mutation.change.bug, layer=layer, tolerances=tolerances)


def _same_tensors(mutant: Network, network: Network) -> bool:
    """Whether the solution's weights fit: tensors of other sizes are refused before any number is computed."""
    shapes = {claim.name: claim.shape for claim in used_tensors(network)}
    claims = used_tensors(mutant)
    if all(shapes.get(claim.name) == claim.shape for claim in claims):
        return True
    sizes = {name: prod(shape) for name, shape in shapes.items()}
    return len(claims) == len(sizes) and all(sizes.get(claim.name) == prod(claim.shape) for claim in claims)


def _telling_places(network: Network) -> list[int]:
    """Of calls that are alike, the first and the last."""
    groups = defaultdict(list)
    for place in range(len(network.calls)):
        groups[_likeness(network, place)].append(place)
    return sorted({place for group in groups.values() for place in (group[0], group[-1])})


def _likeness(network: Network, place: int) -> tuple[object, ...]:
    """The operation but for its channels, those around it, and the class of the block that it is in."""
    call = network.calls[place]
    attributes = tuple((name, value) for name, value in call.op.attributes().items() if name not in _WIDTHS)
    sources = tuple(network.calls[each - 1].op.title if each else "" for each in call.inputs)
    readers = tuple(sorted({reader.op.title for reader in network.calls if place + 1 in reader.inputs}))
    grouped = getattr(call.op, "groups", 1) > 1
    return call.op.title, attributes, grouped, sources, readers, _block(network, call.name)


def _block(network: Network, name: str) -> str:
    while name:
        name = name.rpartition(".")[0]
        if name in network.blocks:
            return network.blocks[name]
    return ""
