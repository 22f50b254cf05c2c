"""A submission and a mutant of the solution go in; what the submission answers with the mutant's weights comes out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from cnnquiz.cnn import Network
from cnnquiz.grading.challenge import used_tensors
from cnnquiz.grading.diagnosis.fitting import Run, Take
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.matching.match import matches
from cnnquiz.grading.reference import RECORDED_BATCH, Reference, run
from cnnquiz.sandbox import Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array

# By order of use, and by order of declaration.
_MOST_MATCHES = 2


class Rerun:
    """Runs one submission with the tensors of other networks, each time in a process of its own."""

    def __init__(
        self, source: bytes, file_name: str, reference: Reference, sandbox: Sandbox, recorded: Network | None
    ) -> None:
        self._source = source
        self._file_name = file_name
        self._reference = reference
        self._sandbox = sandbox
        self._recorded = recorded

    @contextmanager
    def loaded(self) -> Iterator[tuple[Worker, tuple[TensorClaim, ...]]]:
        """The submission in a new worker, and what it claims to have; raises what its loading raises."""
        exercise = self._reference.exercise
        with self._sandbox.worker() as worker:
            claims = worker.load(
                self._source,
                file_name=self._file_name,
                entry=exercise.entry,
                arguments=exercise.arguments,
                forbidden=exercise.forbidden,
                input_shape=(RECORDED_BATCH, *exercise.input_shape),
            )
            yield worker, claims

    def _used(self, claims: Sequence[TensorClaim]) -> set[str]:
        """Parameters that the submission's output depends on, as far as that is known."""
        if self._recorded is None:
            return {claim.name for claim in claims if claim.kind == "parameter"}
        return {tensor.name for layer in flow(self._recorded) for tensor in layer.call.parameters}

    def __call__(self, mutant: Network, weights: Mapping[str, Array]) -> tuple[Take, ...]:
        """What it answers in eval mode for each way to carry the weights over; nothing where it fails."""
        challenge = self._reference.challenge
        takes: list[Take] = []
        try:
            with self.loaded() as (worker, claims):
                used = self._used(claims)
                for match in islice(matches(claims, self._recorded, used_tensors(mutant), mutant), _MOST_MATCHES):
                    if not used <= set(match.sources):  # numbers of its own would take part
                        continue
                    worker.assign(match.arrays(weights))
                    outputs = [
                        run(worker, (mutant.output_shape,), x, mode="eval", seed=challenge.seed)
                        for x in challenge.inputs
                    ]
                    runs = [
                        Run(x=x, mode="eval", seed=challenge.seed, output=output)
                        for x, output in zip(challenge.inputs, outputs, strict=True)
                    ]
                    takes.append(Take(match, runs))
        except (WorkerFault, WrongOutput):
            return ()
        return tuple(takes)
