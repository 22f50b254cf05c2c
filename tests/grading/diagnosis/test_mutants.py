"""Every bug that a network's shapes allow is refused and called by its name; those of students also with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from cnnquiz.bank.exercise import exercise_against, exercise_by_name
from cnnquiz.cnn import Network
from cnnquiz.grading.challenge import draw_challenge, draw_missing, used_tensors
from cnnquiz.grading.comparison import relative_error
from cnnquiz.grading.diagnosis.fitting import Fitting, Rerun, Run, Take
from cnnquiz.grading.diagnosis.in_words import explain_mutations
from cnnquiz.grading.diagnosis.search import find_mutant
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.matching.match import Match, matches
from cnnquiz.grading.reference import Reference, TrainRun, train_batches
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import Gradients, Sandbox
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.mutants import Mutation, mutations
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.replay import Replay, as_tensors
from cnnquiz.tracing.solutions import load_module
from tests.grading.diagnosis.bugs import BUGS, SOURCES

torch.set_num_threads(1)

# Of a network whose float32 error is a millionth.
TOLERANCE = 1e-4

# What was made, and how a mutant with the same numbers is called: pooling to the size that is there changes nothing.
SYNONYMS = {("adaptive_avg_pool2d before relu", "extra adaptive_avg_pool2d")}


@pytest.fixture(scope="session")
def solutions(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("solutions")
    for name, (source, _) in SOURCES.items():
        (folder / f"{name.lower()}.py").write_text(source, encoding="utf-8")
    return {name: folder / f"{name.lower()}.py" for name in SOURCES}


@pytest.fixture(autouse=True)
def the_same_challenges_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among hundreds of mutants one is nearer than four tolerances in a draw now and then; still far enough to tell."""
    monkeypatch.setattr("cnnquiz.grading.challenge.secrets.randbits", Random(2026).getrandbits)


@cache
def reference(path: Path, name: str) -> Reference:
    """What the solution answers, by replay: none of this needs a sandbox."""
    network = record_network(getattr(load_module(path), name), SOURCES[name][1], name)
    challenge = draw_challenge(used_tensors(network), network, SOURCES[name][1], large=False)
    replay = Replay(network, as_tensors(challenge.weights))
    seed = challenge.seed
    evals = tuple(replay.run(x, mode="eval", seed=seed) for x in challenge.inputs)
    trains = tuple(
        TrainRun(x=x, seed=seed, outputs=(replay.run(x, mode="train", seed=seed),)) for x in train_batches(challenge)
    )
    return Reference(
        exercise=exercise_by_name("lenet5"),
        claims=used_tensors(network),
        network=network,
        challenge=challenge,
        returned=(network.output_shape,),
        eval_outputs=evals,
        others=(),
        train_runs=trains,
        train_buffers={claim.name: replay.array(claim.name) for claim in used_tensors(network)},
        random=False,
        cotangents=(evals[0],),
        gradient_mode="eval",
        gradients=Gradients(inputs=(), parameters={}),
        double=None,
        tolerance=TOLERANCE,
    )


def runs(replay: Replay, inputs: Sequence[Array], seed: int, mode: Mode) -> list[Run]:
    return [Run(x=x, mode=mode, seed=seed, output=replay.run(x, mode=mode, seed=seed)) for x in inputs]


def as_submission(mutation: Mutation, solution: Reference) -> tuple[list[Take], Rerun]:
    """What a student who has this bug would answer: to the solution's weights if they fit, and to others."""
    network, challenge = mutation.network, solution.challenge

    def rerun(asked: Network, weights: Mapping[str, Array]) -> list[Take]:
        takes = []
        for match in matches(used_tensors(network), network, used_tensors(asked), asked):
            own = draw_missing(network, {}) | match.arrays(weights)
            shapes = {claim.name: claim.shape for claim in used_tensors(network)}
            own = {name: array.reshape(shapes[name]) for name, array in own.items()}
            replay = Replay(network, as_tensors(own))
            takes.append(Take(match, runs(replay, challenge.inputs, challenge.seed, "eval")))
        return takes

    shapes = {name: array.shape for name, array in challenge.weights.items()}
    if any(shapes.get(claim.name) != claim.shape for claim in used_tensors(network)):
        return [], rerun
    replay = Replay(network, as_tensors(challenge.weights))
    take = Take(Match({name: name for name in shapes}, frozenset()))
    take.runs = runs(replay, challenge.inputs, challenge.seed, "eval")
    take.runs += runs(replay, train_batches(challenge), challenge.seed, "train")
    take.buffers = {claim.name: replay.array(claim.name) for claim in used_tensors(network) if claim.kind == "buffer"}
    return [take], rerun


def distance(take: Take, solution: Reference) -> float:
    """How far what a submission answered is from the solution, in tolerances."""
    expected = [*solution.eval_outputs, *(run.outputs[0] for run in solution.train_runs)]
    pairs = [(run.output, output) for run, output in zip(take.runs, expected, strict=True)]
    pairs += [(value, solution.train_buffers[name]) for name, value in take.buffers.items()]
    return max(relative_error(*pair) if pair[0].shape == pair[1].shape else np.inf for pair in pairs) / TOLERANCE


def diagnosed(solution: Reference, mutation: Mutation, *, recorded: bool = True) -> tuple[Mutation, ...]:
    """What is found out about a student with this bug, after a check that the numbers tell it from the solution."""
    takes, rerun = as_submission(mutation, solution)
    assert not takes or distance(takes[0], solution) > 4, mutation.change
    network = mutation.network
    claims, shape = used_tensors(network), network.output_shape
    fitting = Fitting(solution, claims, takes, rerun, output_shape=shape, seconds=60)
    return find_mutant(fitting, flow(network) if recorded else None)


def require_named(name: str, solution: Reference, made: list[Mutation]) -> None:
    found = [(mutation.change, diagnosed(solution, mutation)) for mutation in made]
    named = [(change, mutations[0].change if len(mutations) == 1 else None) for change, mutations in found]
    wrong = [(a, b) for a, b in named if b is None or (a.bug != b.bug and (a.bug, b.bug) not in SYNONYMS)]
    assert wrong == [], name
    assert [(a, b) for a, b in named if a.bug == b.bug and a.place != b.place] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_sample_of_all_bugs_is_refused_and_named(solutions, name):
    solution = reference(solutions[name], name)

    require_named(name, solution, list(mutations(solution.network))[::7])


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_every_bug_is_refused_and_named(solutions, name):
    solution = reference(solutions[name], name)
    made = list(mutations(solution.network))

    assert len(made) > 90
    require_named(name, solution, made)


def test_a_layer_that_was_moved_is_not_called_added(solutions):
    """In a block whose shortcut is never negative, a ReLU in front of the addition makes the one behind it idle."""
    solution = reference(solutions["Residual"], "Residual")
    (moved, *_) = (m for m in mutations(solution.network) if m.change.bug == "relu before add")

    require_named("Residual", solution, [moved])


def test_a_bug_is_named_from_numbers_alone(solutions):
    solution = reference(solutions["LeNet5"], "LeNet5")
    wanted = [
        m for m in mutations(solution.network) if m.change.bug in ("missing relu", "flatten order", "wrong stride")
    ]

    found = [diagnosed(solution, mutation, recorded=False) for mutation in wanted]

    assert [mutations[0].change for mutations in found] == [mutation.change for mutation in wanted]


@pytest.mark.parametrize("name", SOURCES)
def test_every_bug_has_words_in_both_languages(solutions, name):
    network = reference(solutions[name], name).network
    names = {call.name for call in network.calls} | {""}
    for mutation in mutations(network):
        for language in ("en", "ko"):
            for student in (mutation.network, None):
                (diagnosis,) = explain_mutations([mutation], student and flow(student), language)
                assert diagnosis.bug == mutation.change.bug
                assert diagnosis.where in (names | {c.name for c in mutation.network.calls} if student else {""})
                assert "{" not in diagnosis.message
                assert language == "en" or any("가" <= letter <= "힣" for letter in diagnosis.message)


@pytest.fixture(scope="module")
def graders(sandbox: Sandbox, solutions: Mapping[str, Path]) -> Mapping[str, Grader]:
    exercises = {
        name: exercise_against(path, name, input_shape=SOURCES[name][1], source=path.read_bytes(), path=path)
        for name, path in solutions.items()
    }
    return {name: Grader(exercise, sandbox) for name, exercise in exercises.items()}


def messages(report: Report) -> str:
    return "\n".join(diagnosis.message for diagnosis in report.diagnosis)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no fault of the code."""
    monkeypatch.setattr("cnnquiz.grading.diagnosis.fitting.SECONDS", 60.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("name", BUGS)
def test_a_bug_of_a_student_is_named_with_its_place(graders, name):
    bug = BUGS[name]

    report = graders[bug.network].grade(bug.source, "mine.py")

    assert report.verdict == "fail"
    assert [d.confidence for d in report.diagnosis] == ["exact"] * len(report.diagnosis)
    assert report.diagnosis[0].bug == bug.name
    assert bug.text in messages(report)


@pytest.mark.parametrize("name", SOURCES)
def test_the_network_itself_has_no_bug(graders, name):
    report = graders[name].grade(SOURCES[name][0].encode(), "mine.py")

    assert report.verdict == "pass"
    assert report.diagnosis == ()


@pytest.mark.usefixtures("patient")
def test_what_cannot_be_recorded_is_told_in_layers_of_the_solution(graders):
    source = BUGS["no ReLU after a convolution"].source.replace(b"class LeNet5(", b"class Net(")

    report = graders["LeNet5"].grade(source + b"\n\ndef LeNet5():\n    return torch.jit.script(Net())\n", "mine.py")

    assert (
        messages(report) == "your network behaves exactly like the reference without the ReLU after convolution no. 2"
    )
    assert report.diagnosis[0].where == ""


def test_numbers_that_no_bug_explains_keep_the_first_difference(graders):
    source = BUGS["no ReLU after a convolution"].source.replace(b"return self.fc3(x)", b"return 1.01 * self.fc3(x)")

    report = graders["LeNet5"].grade(source, "mine.py")

    assert [(d.bug, d.confidence) for d in report.diagnosis] == [("missing relu", "structural")]


def test_a_layer_of_any_size_that_a_student_claims_is_not_tried(solutions, monkeypatch):
    solution = reference(solutions["LeNet5"], "LeNet5")
    (conv1, *others) = solution.network.calls
    huge = replace(conv1, op=replace(conv1.op, padding=29_999, stride=2223))
    claimed = replace(solution.network, calls=(replace(huge, output_shape=conv1.output_shape), *others))
    take = Take(Match({name: name for name in solution.challenge.weights}, frozenset()))
    take.runs = [
        Run(x=x, mode="eval", seed=1, output=1 + y)
        for x, y in zip(solution.challenge.inputs, solution.eval_outputs, strict=True)
    ]
    tried = []
    run = Replay.run
    monkeypatch.setattr(Replay, "run", lambda self, x, **how: tried.append(self._network) or run(self, x, **how))

    fitting = Fitting(solution, solution.claims, [take], lambda *_: (), output_shape=(10,), seconds=1)
    found = find_mutant(fitting, flow(claimed))

    assert found == ()
    assert len(tried) > 1
    paddings = {call.op.padding for network in tried for call in network.calls[:1] if call.op.name == "conv2d"}
    assert max(map(max, paddings)) < 64


def test_a_solution_that_is_not_replayed_exactly_has_no_mutants(solutions):
    solution = reference(solutions["LeNet5"], "LeNet5")
    missing = next(m for m in mutations(solution.network) if m.change.bug == "missing relu")
    takes, rerun = as_submission(missing, solution)
    changed = replace(solution, eval_outputs=tuple(1.01 * output for output in solution.eval_outputs))

    fittings = [Fitting(s, s.claims, takes, rerun, output_shape=(10,)) for s in (solution, changed)]
    found = [find_mutant(fitting, None) for fitting in fittings]

    assert [len(mutations) for mutations in found] == [1, 0]
