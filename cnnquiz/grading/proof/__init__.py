"""An exercise goes in; whether its challenges tell the solution from each of its mutants comes out."""
