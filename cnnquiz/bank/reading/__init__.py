"""Question files go in; questions come out, or an error at the line that its author must mend."""
