"""The command line. Each command is a module of its own; `app` puts them together."""

from demarche.cli.app import main

__all__ = ["main"]
