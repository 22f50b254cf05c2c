"""A question and a seed go in; a problem with its key, mistakes and worked solution comes out."""
