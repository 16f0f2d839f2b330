"""Commits, releases and views of the graph at rest.

`home.Home` is where to begin; `protocol` says what a view and a writer can do.
"""
