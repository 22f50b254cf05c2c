"""Sentences in both languages: what went wrong in training, with weights, with other inputs."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

SYMPTOMS: Mapping[str, Mapping[Language, str]] = {
    "gradient.from": {
        "en": "gradients are right behind {name}, and wrong for it and what comes before: something there cuts or "
        "changes them, such as detach(), no_grad(), .data or .item()",
        "ko": "{name} 뒤쪽의 기울기는 맞지만 이 층과 그 앞의 기울기는 다릅니다. detach(), no_grad(), .data, .item() "
        "등으로 기울기를 끊거나 바꾸는 부분이 있는지 확인해 보십시오",
    },
    "other.size": {
        "en": "some size is fixed in the code that should follow from the input",
        "ko": "입력에서 구해야 할 크기가 코드에 고정되어 있습니다",
    },
    "other.float64": {
        "en": "some part is fixed to float32: .float(), a dtype, or a tensor made in forward() without x.dtype",
        "ko": "float32로 고정된 부분이 있습니다. .float()이나 dtype 지정, forward()에서 x.dtype 없이 만든 텐서를 "
        "확인해 보십시오",
    },
    "other.input_changed": {
        "en": "an in-place operation (such as relu_, += or inplace=True) works on the input itself",
        "ko": "입력 텐서에 직접 in-place 연산(relu_, +=, inplace=True 등)을 합니다",
    },
    "other.unsaved": {
        "en": "a buffer is registered with persistent=False, or state_dict() was changed",
        "ko": "버퍼를 persistent=False로 등록했거나 state_dict()를 바꾸었습니다",
    },
    "buffers.still": {
        "en": "the running statistics of {name} do not change in train mode: it works as after .eval(), or with a "
        "momentum of 0",
        "ko": "{name}: 학습 모드인데 이동 통계량이 바뀌지 않습니다. .eval()을 호출해 두었거나 momentum이 0인지 "
        "확인해 보십시오",
    },
    "buffers.wrong": {
        "en": "the running statistics of {name} differ from the reference's after training: look at its momentum, at "
        "how often it is called, and at the variance, which is the unbiased one (divided by n - 1)",
        "ko": "학습한 뒤 {name}의 이동 통계량이 기준 모델과 다릅니다. momentum, 호출 횟수, 분산을 n - 1로 나누었는지 "
        "(불편 분산) 확인해 보십시오",
    },
    "shared": {
        "en": "{name} uses the weights of {other} again; in the reference each {layer} there has its own",
        "ko": "{name}: {other}의 가중치를 다시 씁니다. 기준 모델에서는 각 {layer}에 자기 가중치가 있습니다",
    },
    "shared.twice": {
        "en": "{name} is used twice; in the reference there are two layers ({layer}), each with its own weights",
        "ko": "{name}: 두 번 사용됩니다. 기준 모델에는 {layer} 층이 둘 있고 각각 자기 가중치가 있습니다",
    },
    "hint.no_grad": {
        "en": "part of forward() runs without gradients (torch.no_grad() or alike): nothing before it can learn",
        "ko": "forward()의 일부가 기울기 없이(torch.no_grad() 등) 실행되어 그 앞의 층이 학습되지 않습니다",
    },
    "hint.detached": {
        "en": "forward() takes a tensor out of the graph (.detach(), .data, .item(), .numpy()): no gradient gets past",
        "ko": "forward()에서 텐서를 계산 그래프에서 떼어 냅니다(.detach(), .data, .item(), .numpy() 등). 그 앞으로는 "
        "기울기가 전달되지 않습니다",
    },
    "hint.input_changed": {
        "en": "forward() changes the input itself in place (relu_, +=, inplace=True or alike): whoever called it finds "
        "other numbers in the tensor",
        "ko": "forward()가 입력 텐서를 직접 바꿉니다(relu_, +=, inplace=True 등). 호출한 쪽의 텐서 값이 달라집니다",
    },
    "hint.train_only": {
        "en": "in train mode forward() computes something that it does not compute in eval mode: look at what depends "
        "on self.training",
        "ko": "학습 모드의 forward()에 평가 모드에는 없는 계산이 있습니다. self.training에 따라 달라지는 부분을 확인해 "
        "보십시오",
    },
    "hint.cast": {
        "en": "forward() gives a tensor a dtype or a device of its own (.float(), .to(), .cpu() or alike): it has to "
        "take those of its input",
        "ko": "forward()에서 텐서의 dtype이나 장치를 고정합니다(.float(), .to(), .cpu() 등). 입력의 것을 따라야 합니다",
    },
    "hint.in_place": {
        "en": "a tensor that the backward pass needs is changed in place (relu_, +=, inplace=True or alike)",
        "ko": "역전파에 필요한 텐서를 직접 바꾸는 in-place 연산(relu_, +=, inplace=True 등)이 있습니다",
    },
    "hint.unregistered": {
        "en": "weights are used that are not parameters of the module: layers in a plain list or dict (use "
        "nn.ModuleList or nn.ModuleDict), layers created inside forward(), or plain tensors (use nn.Parameter)",
        "ko": "모듈에 등록되지 않은 가중치를 사용합니다. 층을 일반 리스트나 딕셔너리에 담았거나(nn.ModuleList, "
        "nn.ModuleDict 사용), forward() 안에서 층을 만들었거나, nn.Parameter가 아닌 텐서를 쓴 경우입니다",
    },
    "dependent": {
        "en": "in eval mode the output for an image depends on the other images of its batch: somewhere the batch's "
        "own mean and variance are used, or axes of the batch are mixed",
        "ko": "평가 모드인데 한 이미지의 출력이 같은 배치의 다른 이미지에 따라 달라집니다. 배치의 평균과 분산을 그대로 "
        "쓰거나 배치 축을 섞는 부분이 있습니다",
    },
    "dependent.at": {
        "en": "in eval mode the output for an image depends on the other images of its batch, from {name} on: the "
        "batch's own mean and variance are used there, or axes of the batch are mixed",
        "ko": "평가 모드인데 {name}부터 한 이미지의 출력이 같은 배치의 다른 이미지에 따라 달라집니다. 그곳에서 배치의 "
        "평균과 분산을 그대로 쓰거나 배치 축을 섞고 있습니다",
    },
}
