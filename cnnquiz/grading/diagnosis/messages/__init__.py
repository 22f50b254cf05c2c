"""Every sentence of a code report, in both languages. A value's particle never depends on the value."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language
from cnnquiz.grading.diagnosis.messages.checks import CHECKS
from cnnquiz.grading.diagnosis.messages.differences import DIFFERENCES
from cnnquiz.grading.diagnosis.messages.faults import FAULTS
from cnnquiz.grading.diagnosis.messages.mutants import MUTANTS
from cnnquiz.grading.diagnosis.messages.symptoms import SYMPTOMS

_SENTENCES = {**CHECKS, **DIFFERENCES, **FAULTS, **MUTANTS, **SYMPTOMS}

# How people say the names of functions; the others are said as they are written.
_LAYERS: Mapping[str, Mapping[Language, str]] = {
    "relu": {"en": "ReLU", "ko": "ReLU"},
    "relu6": {"en": "ReLU6", "ko": "ReLU6"},
    "leaky_relu": {"en": "leaky ReLU", "ko": "leaky ReLU"},
    "gelu": {"en": "GELU", "ko": "GELU"},
    "batch_norm": {"en": "batch norm", "ko": "배치 정규화"},
    "local_response_norm": {"en": "local response norm", "ko": "국소 응답 정규화(LRN)"},
    "max_pool2d": {"en": "max pooling", "ko": "최대 풀링"},
    "avg_pool2d": {"en": "average pooling", "ko": "평균 풀링"},
    "adaptive_avg_pool2d": {"en": "adaptive average pooling", "ko": "적응형 평균 풀링"},
    "adaptive_max_pool2d": {"en": "adaptive max pooling", "ko": "적응형 최대 풀링"},
    "add": {"en": "addition", "ko": "덧셈"},
    "mul": {"en": "multiplication", "ko": "곱셈"},
    "cat": {"en": "concatenation", "ko": "이어 붙이기"},
    "conv2d": {"en": "convolution", "ko": "합성곱"},
    "linear": {"en": "linear layer", "ko": "완전연결층"},
    "dropout": {"en": "dropout", "ko": "드롭아웃"},
    "mean": {"en": "mean", "ko": "평균"},
}


def layer_name(title: str, language: Language) -> str:
    """The name of an operation in a sentence."""
    return _LAYERS[title][language] if title in _LAYERS else title


def sentence(key: str, language: Language, **facts: object) -> str:
    """The sentence for `key` with its facts filled in."""
    return _SENTENCES[key][language].format(**facts)
