"""The query page: asking, views of an answer, programs that ask the same, short links."""
