"""From `nn.Module` to `Network`: what a forward pass really did, recorded without doing its arithmetic."""
