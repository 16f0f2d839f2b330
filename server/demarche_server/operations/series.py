"""Counters and histograms that cost one dictionary access on the hot path.

`prometheus_client` has its own, with a lock for each change. Here one event loop changes them all,
so plain numbers do; the library only writes them out (see `Metrics.collect`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

Labels = tuple[str, ...]


class Counter:
    """Numbers that only grow, one for each combination of labels. name: without "_total"."""

    def __init__(self, name: str, help_text: str, labels: Sequence[str] = ()) -> None:
        self._name, self._help, self._labels = name, help_text, tuple(labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0}

    def add(self, labels: Labels = (), amount: float = 1) -> None:
        """Add to the number of these labels, in the order they were declared."""
        values = self._values
        values[labels] = values.get(labels, 0) + amount

    def family(self) -> Metric:
        """Return what Prometheus reads."""
        family = CounterMetricFamily(self._name, self._help, labels=self._labels)
        for labels, value in sorted(self._values.items()):
            family.add_metric(labels, value)
        return family


class _Observed:
    """What was observed of one combination of labels. counts: by bucket, not cumulative."""

    __slots__ = ("counts", "total")

    def __init__(self, buckets: int) -> None:
        self.counts = [0] * buckets
        self.total = 0.0


class Histogram:
    """How often a value fell below each bound. bounds: rising, without infinity."""

    def __init__(
        self, name: str, help_text: str, bounds: Sequence[float], labels: Sequence[str] = ()
    ) -> None:
        self._name, self._help, self._labels = name, help_text, tuple(labels)
        self._bounds = tuple(bounds)
        self._observed: dict[Labels, _Observed] = {}

    def observe(self, value: float, labels: Labels = ()) -> None:
        """Count a value in the lowest bucket that holds it; a bound belongs to its bucket."""
        observed = self._observed.get(labels)
        if observed is None:
            observed = self._observed[labels] = _Observed(len(self._bounds) + 1)
        observed.counts[bisect_left(self._bounds, value)] += 1
        observed.total += value

    def family(self) -> Metric:
        """Return what Prometheus reads: its buckets are cumulative."""
        family = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for labels in sorted(self._observed):
            observed = self._observed[labels]
            buckets = self._cumulative(observed.counts)
            family.add_metric(labels, buckets, sum_value=observed.total)
        return family

    def _cumulative(self, buckets: list[int]) -> list[tuple[str, float]]:
        total, found = 0, []
        for bound, count in zip([*map(str, self._bounds), "+Inf"], buckets, strict=True):
            total += count
            found.append((bound, float(total)))
        return found


def gauge(name: str, help_text: str, value: float | None) -> Metric:
    """Return a number that goes up and down; without a sample if there is nothing to tell."""
    family = GaugeMetricFamily(name, help_text, labels=())
    if value is not None:
        family.add_metric((), value)
    return family


def gauges(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return numbers that go up and down, one for each value of a label."""
    family = GaugeMetricFamily(name, help_text, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
