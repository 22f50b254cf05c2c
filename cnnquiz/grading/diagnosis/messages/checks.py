"""Sentences in both languages: what each check of a report says."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

CHECKS: Mapping[str, Mapping[Language, str]] = {
    "builds": {"en": "the module builds", "ko": "모듈 생성"},
    "output_shape": {"en": "output shape", "ko": "출력 크기"},
    "parameters": {"en": "number of parameters", "ko": "파라미터 수"},
    "layers": {"en": "layers", "ko": "층 구성"},
    "eval_outputs": {"en": "outputs in eval mode", "ko": "평가(eval) 모드의 출력"},
    "train_outputs": {"en": "train mode and gradients", "ko": "학습(train) 모드와 기울기"},
    "other_inputs": {"en": "other inputs", "ko": "그 밖의 입력"},
    "device": {"en": "on {device}", "ko": "{device}에서"},
    "device.same": {
        "en": "every check ends as on the CPU (float32, TF32 switched off)",
        "ko": "모든 채점 결과가 CPU에서와 같습니다(float32, TF32 끔)",
    },
    "device.differs": {
        "en": "{title} ends otherwise than on the CPU (float32, TF32 switched off): {message}",
        "ko": "{title} 항목의 결과가 CPU에서와 다릅니다(float32, TF32 끔): {message}",
    },
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
    "no.parameters.plain": {
        "en": "the number of parameters is not the reference's",
        "ko": "파라미터 수가 기준 모델과 다릅니다",
    },
    "more": {"en": "more", "ko": "많습니다"},
    "fewer": {"en": "fewer", "ko": "적습니다"},
    "no.layers.one": {"en": "one difference: {first}", "ko": "차이 1곳: {first}"},
    "no.layers": {"en": "{count} differences; first: {first}", "ko": "차이 {count}곳, 첫 번째: {first}"},
    "no.layers.plain": {
        "en": "the layers are not those of the reference",
        "ko": "층 구성이 기준 모델과 다릅니다",
    },
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
    "no.train_outputs.plain": {
        "en": "in train mode the outputs or their gradients differ from the reference's",
        "ko": "학습 모드에서 출력이나 기울기가 기준 모델과 다릅니다",
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
    "differs": {
        "en": "your network differs from the reference",
        "ko": "제출한 네트워크가 기준 모델과 다릅니다",
    },
    "differs.at": {
        "en": "your network differs from the reference at {name} or right behind it",
        "ko": "{name} 또는 바로 다음 층이 기준 모델과 다릅니다",
    },
}
