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
    "other_inputs": {"en": "other inputs", "ko": "그 밖의 입력"},
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
    "ok.other_inputs": {
        "en": "works in float64 too, leaves its input alone, and saves all of its state",
        "ko": "float64에서도 동작하고, 입력을 바꾸지 않으며, 상태를 모두 저장합니다",
    },
    "no.other_inputs.size": {
        "en": "with an input of {shape} the outputs differ from the reference's",
        "ko": "크기 {shape}인 입력을 넣으면 출력이 기준 모델과 다릅니다",
    },
    "no.other_inputs.size.raised": {
        "en": "with an input of {shape} it fails: {reason}",
        "ko": "크기 {shape}인 입력을 넣으면 오류가 납니다: {reason}",
    },
    "no.other_inputs.float64": {
        "en": "after .double() the outputs differ from the reference's: some part is fixed to another dtype",
        "ko": ".double()로 바꾼 뒤의 출력이 기준 모델과 다릅니다. 자료형(dtype)이 고정된 부분이 있습니다",
    },
    "no.other_inputs.float64.raised": {
        "en": "it does not work after .double(), so some part is fixed to another dtype: {reason}",
        "ko": ".double()로 바꾸면 동작하지 않습니다. 자료형(dtype)이 고정된 부분이 있습니다: {reason}",
    },
    "no.other_inputs.input_changed": {
        "en": "forward() changes its input in place: whoever calls it finds other numbers in the tensor afterwards",
        "ko": "forward()가 입력 텐서를 직접 바꿉니다(in-place). 호출한 쪽의 텐서 값이 달라집니다",
    },
    "no.other_inputs.unsaved": {
        "en": "state_dict() does not hold `{reason}`: what was trained would be lost with the next load_state_dict()",
        "ko": "state_dict()에 `{reason}`: 저장되지 않는 텐서입니다. 다시 불러오면 학습한 값이 사라집니다",
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
    "place.at": {"en": "at {name}", "ko": "{name} 자리"},
    "place.counted": {"en": "{layer} no. {number}", "ko": "{number}번째 {layer}"},
    "mutant": {
        "en": "your network behaves exactly like the reference {change}",
        "ko": "제출한 네트워크는 기준 모델을 다음과 같이 바꾼 것과 똑같이 동작합니다: {change}",
    },
    "mutant.more": {"en": ", and in {more} more of its kind", "ko": " (같은 오류가 {more}곳 더 있음)"},
    "mutant.first": {
        "en": "two bugs together explain your network's numbers exactly. The first: it is like the reference {change}",
        "ko": "두 가지 오류가 합쳐져 출력이 달라진 것으로 정확히 확인되었습니다. 첫 번째: {change}",
    },
    "mutant.second": {
        "en": "the second of the two bugs: it is also like the reference {change}",
        "ko": "두 가지 오류 중 두 번째: {change}",
    },
    "mutant.dropped": {"en": "without the {layer} {after}", "ko": "{after}의 {layer} 빼기"},
    "mutant.added": {"en": "with {layer} added {after}", "ko": "{after}에 {layer} 넣기"},
    "mutant.replaced": {
        "en": "with {layer} instead of {other} {at}",
        "ko": "{at}에 {other} 대신 {layer} 쓰기",
    },
    "mutant.attribute": {
        "en": "with {attribute} {actual} instead of {expected} {at}",
        "ko": "{at}의 {attribute} 값 {expected} 대신 {actual} 쓰기",
    },
    "mutant.moved": {
        "en": "with the {layer} moved in front of the {other} {at}",
        "ko": "{at}의 {layer} 순서를 {other} 앞으로 옮기기",
    },
    "mutant.shared": {
        "en": "with the weights of {neighbour} used again {at}: one module is used twice where two belong",
        "ko": "{at}에서 {neighbour} 가중치를 다시 쓰기(서로 다른 모듈 두 개여야 하는데 하나를 두 번 사용)",
    },
    "mutant.flipped": {
        "en": "with the kernel turned round by 180 degrees {at}",
        "ko": "{at}의 커널을 180도 돌려서 쓰기",
    },
    "mutant.transposed": {
        "en": "with height and width of the kernel exchanged {at}",
        "ko": "{at}의 커널에서 높이와 너비를 서로 바꾸기",
    },
    "mutant.stride_moved": {
        "en": "with the stride {at} moved to {neighbour}",
        "ko": "{at}의 스트라이드 옮기기(옮긴 곳: {neighbour})",
    },
    "mutant.batch_statistics": {
        "en": "with the batch's statistics {at} in eval mode, where the running ones belong",
        "ko": "{at}에서 평가 모드인데도 이동 통계량 대신 배치의 통계량 쓰기",
    },
    "mutant.dropout_active": {
        "en": "with dropout {at} that still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{at}의 드롭아웃을 평가 모드에서도 적용하기(드롭아웃은 학습할 때만 쓰입니다)",
    },
    "mutant.dropout_added_active": {
        "en": "with dropout {after} that still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{after}에 평가 모드에서도 적용되는 드롭아웃 넣기(드롭아웃은 학습할 때만 쓰입니다)",
    },
    "mutant.added_twice": {
        "en": "with one of the two inputs counted twice {at}",
        "ko": "{at}의 덧셈에서 두 입력 중 하나를 두 번 더하기",
    },
    "mutant.no_projection": {
        "en": "without the convolution in the shortcut {at}: the input itself is added",
        "ko": "{at}의 지름길(shortcut)에서 합성곱을 빼고 입력을 그대로 더하기",
    },
    "mutant.cat_order": {
        "en": "with the inputs of the concatenation {at} in the order {actual}",
        "ko": "{at}에서 이어 붙이는 순서를 {actual} 순으로 바꾸기",
    },
    "mutant.branch_missing": {
        "en": "without input no. {actual} of the concatenation {at}",
        "ko": "{at}에서 이어 붙이는 입력 중 {actual}번째 빼기",
    },
    "mutant.flatten_order": {
        "en": "with the features {at} in the order {actual}, where the reference has channels, height, width",
        "ko": "{at}에서 펼치는 축의 순서를 channels, height, width 대신 {actual} 순으로 하기",
    },
    "diff.value": {
        "en": "the layers look alike, yet the numbers differ: look at the order of axes, at constants, at the flow",
        "ko": "층 구성은 같아 보이지만 값이 다릅니다. 축의 순서, 상수, 데이터의 흐름을 확인해 보십시오",
    },
}


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
