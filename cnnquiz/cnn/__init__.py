"""The arithmetic of networks: shapes, parameters, multiply–adds. Pure Python; nothing here imports torch."""

from cnnquiz.cnn.network import Call, Network, Parameter
from cnnquiz.cnn.op import Op, parameter_count
from cnnquiz.cnn.ops import OPS
from cnnquiz.cnn.shape import Shape

__all__ = ["OPS", "Call", "Network", "Op", "Parameter", "Shape", "parameter_count"]
