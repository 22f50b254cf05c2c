"""What teachers write, read once at the edge: YAML goes in, `Question` and `Exercise` come out."""
