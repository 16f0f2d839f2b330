"""What a soak is counted in: requests, so that a busy machine sees the same as an idle one."""

from __future__ import annotations

import threading


class Pace:
    """Counts requests; others wait for it to come so far."""

    def __init__(self) -> None:
        self.count = 0
        self._over = False
        self._changed = threading.Condition()

    def tick(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    @property
    def over(self) -> bool:
        return self._over

    def come_to(self, count: int) -> bool:
        """Wait for so many requests; False if there will not be as many."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self.count >= count)
            return not self._over
