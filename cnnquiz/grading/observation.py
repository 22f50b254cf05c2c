"""What was observed of one submission, as plain data, judged by nobody yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cnnquiz.cnn import Network
from cnnquiz.grading.diagnosis.layer_by_layer import LayerByLayer
from cnnquiz.grading.matching.flow import Flow, Layer
from cnnquiz.sandbox import TensorClaim, WorkerFault, WrongOutput
from cnnquiz.tracing.mutants import Mutation
from cnnquiz.tracing.recording import Hint


@dataclass(frozen=True, kw_only=True)
class OtherFailure:
    """What a network that is right for the usual inputs does wrong with another, and what Python said, if it did."""

    kind: Literal["size", "float64", "input_changed", "unsaved"]
    shape: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one submission did; None stands for what was not reached.

    `claims`, `network` and its `flow` are what the submission says of itself; the other fields rest on numbers that
    were compared here.
    `independent` tells whether an image's output is the same alone and in a batch.
    `wrong_gradients` tells for each tensor with a wrong gradient whether one arrives; the input has an empty name.
    `wrong_buffers` tells for each buffer that differs after training whether it has moved at all.
    `other_failure` says which of the other inputs went wrong: another size, float64, or one that was changed.
    `mixes_images` is the first layer at which one image is not computed for itself, as far as it tells.
    `by_layer` tells which of its layers compute what the solution's do, as far as it tells.
    `mutations` turn the solution into what gives the submission's numbers; empty where none were found.
    """

    claims: tuple[TensorClaim, ...] | None = None
    network: Network | None = None
    flow: Flow | None = None
    hints: tuple[Hint, ...] = ()
    not_recorded: str = ""
    matched: bool | None = None
    eval_equal: bool | None = None
    eval_error: float | None = None
    repeats: bool | None = None
    depends_on_input: bool | None = None
    independent: bool | None = None
    gradients_equal: bool | None = None
    wrong_gradients: Mapping[str, bool] = field(default_factory=dict)
    train_equal: bool | None = None
    train_random: bool = False
    buffers_equal: bool | None = None
    wrong_buffers: Mapping[str, bool] = field(default_factory=dict)
    others_equal: bool | None = None
    other_failure: OtherFailure | None = None
    wrong_output: WrongOutput | None = None
    fault: WorkerFault | None = None
    printed: str = ""
    mixes_images: Layer | None = None
    by_layer: LayerByLayer | None = None
    mutations: tuple[Mutation, ...] = ()

    @property
    def same_function(self) -> bool:
        """Proved: the numbers agree in both modes, and so do gradients and running statistics."""
        judged = (self.eval_equal, self.gradients_equal, self.train_equal, self.buffers_equal, self.others_equal)
        return all(judged) and not self.train_random
