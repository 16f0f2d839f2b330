"""Which Chromium the tests look at pages with."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first is the same engine without windows of its own, which take most of the work."""
CHROMIUM = next((found for found in map(shutil.which, NAMES) if found), None)
