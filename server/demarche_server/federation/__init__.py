"""Calling other servers for SERVICE and LOAD: only those that are listed, and by our own hand."""
