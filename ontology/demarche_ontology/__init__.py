"""Terms, vocabularies, shapes, checks and queries of the claim graph."""
