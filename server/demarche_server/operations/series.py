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


class Histogram:
    """How often a value fell below each bound. bounds: rising, without infinity."""

    def __init__(
        self, name: str, help_text: str, bounds: Sequence[float], labels: Sequence[str] = ()
    ) -> None:
        self._name, self._help, self._labels = name, help_text, tuple(labels)
        self._bounds = tuple(bounds)
        self._buckets: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def observe(self, value: float, labels: Labels = ()) -> None:
        """Count a value in the lowest bucket that holds it; a bound belongs to its bucket."""
        buckets = self._buckets.get(labels)
        if buckets is None:
            buckets = self._buckets[labels] = [0] * (len(self._bounds) + 1)
            self._sums[labels] = 0.0
        buckets[bisect_left(self._bounds, value)] += 1
        self._sums[labels] += value

    def family(self) -> Metric:
        """Return what Prometheus reads: its buckets are cumulative."""
        family = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for labels, buckets in sorted(self._buckets.items()):
            family.add_metric(labels, self._cumulative(buckets), sum_value=self._sums[labels])
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
