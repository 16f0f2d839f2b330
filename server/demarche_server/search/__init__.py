"""Finding things by their names in any spelling, and claims by their words.

`folding` makes spellings comparable; `build` makes an index of one commit (SQLite FTS5), in a
process of its own; `index` asks it.
"""
