"""Two recorded networks go in; which layer, tensor and channel of one is which of the other comes out."""
