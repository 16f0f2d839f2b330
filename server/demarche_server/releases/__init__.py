"""What is worked out of releases and kept in the cache: differences, numbers, files of all of it.

Each is made by a process of its own when it is first asked for (`chores`), and is never wrong
afterwards: a commit does not change.
"""
