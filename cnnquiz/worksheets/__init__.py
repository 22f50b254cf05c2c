"""Which problems one student gets: questions and a seed go in, a `Worksheet` comes out."""
