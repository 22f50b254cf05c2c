"""What torch sees of this machine."""


def cuda_devices() -> tuple[str, ...]:
    """Names of the GPUs that torch can use."""
    import torch

    if not torch.cuda.is_available():
        return ()
    return tuple(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
