"""Pictures as plain numbers and words: pure functions, the same data always the same picture.

Templates draw what comes from here, style sheets colour it.
"""
