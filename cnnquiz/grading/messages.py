"""Every sentence of a code report, in both languages. A value's particle never depends on the value."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

_SENTENCES: Mapping[str, Mapping[Language, str]] = {
    "builds": {"en": "the module builds", "ko": "모듈 생성"},
    "output_shape": {"en": "output shape", "ko": "출력 크기"},
    "parameters": {"en": "number of parameters", "ko": "파라미터 수"},
    "layers": {"en": "layers", "ko": "층 구성"},
    "eval_outputs": {"en": "outputs in eval mode", "ko": "평가(eval) 모드의 출력"},
    "train_outputs": {"en": "train mode and gradients", "ko": "학습(train) 모드와 기울기"},
    "ok.builds": {"en": "{entry} was built", "ko": "{entry} 객체가 만들어졌습니다"},
    "ok.output_shape": {
        "en": "every batch size gives the right shape",
        "ko": "모든 배치 크기에서 출력 크기가 맞습니다",
    },
    "ok.parameters": {"en": "{actual} parameters, as expected", "ko": "파라미터 {actual}개로 맞습니다"},
    "ok.layers": {
        "en": "all {count} layers are those of the exercise",
        "ko": "층 {count}개가 모두 과제와 같습니다",
    },
    "ok.layers.equivalent": {
        "en": "written in another way, and proved to be the same function",
        "ko": "작성 방식은 다르지만 같은 함수임이 확인되었습니다",
    },
    "ok.eval_outputs": {
        "en": "the same numbers as the reference, for weights and inputs drawn just now",
        "ko": "방금 무작위로 뽑은 가중치와 입력에 대해 기준 모델과 같은 값을 냅니다",
    },
    "ok.train_outputs": {
        "en": "the same numbers and gradients as the reference, running statistics included",
        "ko": "이동 통계량까지 포함해 출력과 기울기가 기준 모델과 같습니다",
    },
    "ok.train_outputs.random": {
        "en": "the same distribution as the reference over many runs with dropout",
        "ko": "드롭아웃을 켜고 여러 번 실행한 결과의 분포가 기준 모델과 같습니다",
    },
    "no.output_shape": {
        "en": "forward() does not return the right shape",
        "ko": "forward()가 반환한 크기가 다릅니다",
    },
    "no.output": {"en": "{reason}", "ko": "{reason}"},
    "no.parameters": {
        "en": "your module has {actual} parameters, {amount} {direction} than the reference",
        "ko": "파라미터가 {actual}개로, 기준 모델보다 {amount}개 {direction}",
    },
    "more": {"en": "more", "ko": "많습니다"},
    "fewer": {"en": "fewer", "ko": "적습니다"},
    "no.layers.one": {"en": "one difference: {first}", "ko": "차이 1곳: {first}"},
    "no.layers": {"en": "{count} differences; first: {first}", "ko": "차이 {count}곳, 첫 번째: {first}"},
    "no.layers.unknown": {
        "en": "the forward pass could not be recorded: {reason}",
        "ko": "순전파를 기록하지 못했습니다: {reason}",
    },
    "no.eval_outputs": {
        "en": "with the same weights and input the outputs differ (relative error {error})",
        "ko": "가중치와 입력이 같은데 출력이 다릅니다(상대 오차 {error})",
    },
    "no.eval_outputs.nan": {
        "en": "the outputs hold NaN or infinity",
        "ko": "출력에 NaN이나 무한대가 있습니다",
    },
    "no.eval_outputs.random": {
        "en": "the same input gives another output each time in eval mode: something is random, or counts calls",
        "ko": "평가 모드에서 같은 입력을 넣어도 출력이 매번 다릅니다. 무작위이거나 호출을 세는 부분이 있습니다",
    },
    "no.eval_outputs.constant": {
        "en": "the output does not depend on the input",
        "ko": "출력이 입력과 무관하게 일정합니다",
    },
    "no.train_outputs": {
        "en": "in train mode the outputs differ from the reference's",
        "ko": "학습 모드에서 출력이 기준 모델과 다릅니다",
    },
    "no.train_buffers": {
        "en": "after a pass in train mode the running statistics differ from the reference's",
        "ko": "학습 모드로 한 번 실행한 뒤의 이동 통계량이 기준 모델과 다릅니다",
    },
    "no.weights": {
        "en": "the reference's weights do not fit into your module, so that its outputs cannot be compared",
        "ko": "기준 모델의 가중치를 넣을 수 없어 출력을 비교하지 못했습니다",
    },
    "not.judged": {"en": "not judged", "ko": "채점하지 못했습니다"},
    "no.gradient": {
        "en": "no gradient reaches {tensor}: the network cannot learn there",
        "ko": "{tensor}: 기울기가 전달되지 않아 학습할 수 없습니다",
    },
    "wrong.gradient": {
        "en": "the gradient of {tensor} differs from the reference's",
        "ko": "{tensor}: 기울기가 기준 모델과 다릅니다",
    },
    "the.input": {"en": "the input", "ko": "입력"},
    "unused": {
        "en": "the output does not depend on {names}",
        "ko": "출력에 쓰이지 않는 파라미터가 있습니다: {names}",
    },
    "wrong.output": {
        "en": "forward() returned shape {actual}, expected {expected}",
        "ko": "forward()가 반환한 크기는 {actual}인데 {expected}이어야 합니다",
    },
    "wrong.kind": {"ko": "forward()는 텐서 하나를 반환해야 하는데 다른 것을 반환했습니다"},
    "fault.crash": {"ko": "프로그램이 비정상적으로 종료되었습니다"},
    "fault.exit": {"ko": "결과를 내기 전에 프로그램이 스스로 종료되었습니다"},
    "fault.timeout": {"ko": "제한 시간 안에 끝나지 않았습니다"},
    "fault.memory": {"ko": "허용된 것보다 많은 메모리를 사용했습니다"},
    "fault.flood": {"ko": "허용된 것보다 많은 글을 출력했습니다"},
    "fault.protocol": {"ko": "제출한 프로그램이 알아볼 수 없는 응답을 보냈습니다"},
    "fault.entry": {"ko": "제출한 파일에서 nn.Module을 만드는 {entry} 클래스나 함수를 찾지 못했습니다"},
    "place.start": {"en": "at the start", "ko": "맨 앞"},
    "place.after": {"en": "after {before}", "ko": "{before} 다음"},
    "diff.missing": {
        "en": "{place} the reference has {ours}; your network does not",
        "ko": "{place}: 기준 모델에는 {ours} 층이 있는데 제출한 네트워크에는 없습니다",
    },
    "diff.extra": {
        "en": "{place} your network has {theirs}{name}; the reference does not",
        "ko": "{place}: 제출한 네트워크에 {theirs}{name} 층이 있는데 기준 모델에는 없습니다",
    },
    "diff.replaced": {
        "en": "{name} is {theirs}; the reference has {ours} there",
        "ko": "{name} 자리는 {theirs}인데 기준 모델은 {ours}입니다",
    },
    "diff.attribute": {
        "en": "{name} has {attribute} {actual}; the reference has {attribute} {expected}",
        "ko": "{name}의 {attribute} 값은 {actual}인데 기준 모델은 {expected}입니다",
    },
    "diff.dropout_active": {
        "en": "{name} still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{name}: 평가 모드에서도 드롭아웃이 적용됩니다. 드롭아웃은 학습할 때만 쓰입니다",
    },
    "diff.line": {"en": " (line {line})", "ko": " ({line}번째 줄)"},
    "diff.value": {
        "en": "the layers look alike, yet the numbers differ: look at the order of axes, at constants, at the flow",
        "ko": "층 구성은 같아 보이지만 값이 다릅니다. 축의 순서, 상수, 데이터의 흐름을 확인해 보십시오",
    },
}


def sentence(key: str, language: Language, **facts: object) -> str:
    """The sentence for `key` with its facts filled in."""
    return _SENTENCES[key][language].format(**facts)
