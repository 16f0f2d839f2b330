"""Query time is shared: who has used up its share waits, and nobody else."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.hostile.resources import CROSS
from server.running_server import start, stop

from demarche_ontology.errors import QuotaError
from demarche_server.quotas import Quotas
from demarche_server.settings import Settings


class Clock:
    """Time that passes when it is told to. Seconds in quarters, which floats hold exactly."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def quotas(clock: Clock, share: float = 0.5, burst: float = 4.0, **options) -> Quotas:
    return Quotas(Settings(quota_share=share, quota_burst_seconds=burst), clock, **options)


def refused(one: Quotas, client: str) -> int:
    """Return the seconds a client is told to wait, 0 for none."""
    try:
        one.check(client)
    except QuotaError as error:
        return error.retry_after
    return 0


def test_a_client_may_use_what_it_has_and_then_waits():
    clock = Clock()
    one = quotas(clock)
    assert refused(one, "192.0.2.1") == 0
    one.charge("192.0.2.1", 3.75)
    assert refused(one, "192.0.2.1") == 0
    one.charge("192.0.2.1", 1.25)
    assert refused(one, "192.0.2.1") == 3
    assert refused(one, "192.0.2.2") == 0
    clock.now += 2
    assert refused(one, "192.0.2.1") == 1
    clock.now += 1
    assert refused(one, "192.0.2.1") == 0


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30),
    st.sampled_from([0.25, 0.5, 1.0, 2.0]),
)
def test_the_wait_that_is_told_suffices_and_a_second_less_does_not(steps, share):
    clock = Clock()
    one = quotas(clock, share)
    for spent, passed in steps:
        clock.now += passed / 4
        one.charge("a", spent / 4)
        if wait := refused(one, "a"):
            clock.now += wait - 1
            assert refused(one, "a") == 1
            clock.now += 1
            assert refused(one, "a") == 0


def test_no_more_is_saved_up_than_the_burst():
    clock = Clock()
    one = quotas(clock)
    one.charge("a", 1)
    clock.now += 1_000_000
    one.charge("a", 4.0)
    assert refused(one, "a") == 1


def test_clients_of_one_network_share():
    one = quotas(Clock())
    one.charge("2001:db8::1", 10)
    assert refused(one, "2001:db8::ffff")
    assert not refused(one, "2001:db8:0:1::1")
    assert not refused(one, "nonsense:")


def test_the_server_itself_has_no_quota():
    one = quotas(Clock())
    one.charge("", 100)
    assert not refused(one, "")
    assert len(one) == 0


def test_without_a_share_nothing_is_counted():
    one = quotas(Clock(), share=0.0)
    one.charge("a", 100)
    assert not refused(one, "a")
    assert len(one) == 0


def test_the_table_of_clients_is_bounded():
    one = quotas(Clock(), max_clients=100)
    for number in range(1000):
        one.charge(f"192.0.2.{number}", 10)
    assert len(one) == 100
    assert refused(one, "192.0.2.999")
    assert not refused(one, "192.0.2.1")


@pytest.fixture(scope="module")
def served(home):
    running = start(home.path, quota_share=1e-6, quota_burst_seconds=1e-6)
    yield running
    stop(running)


def test_who_has_used_up_its_share_is_told_when_to_come_back(served):
    assert served.ask("ASK { ?s ?p ?o }").status_code == 200
    second = served.ask("ASK { ?s <urn:many:value> ?o }")
    assert second.status_code == 429
    assert second.json()["type"] == "/problems#quota"
    assert int(second.headers["retry-after"]) > 1000
    page = httpx.get(served.url + "query", params={"query": "ASK { ?s ?p ?o }"})
    assert page.status_code == 429
    assert httpx.get(served.url + "readyz").status_code == 200
    numbers = httpx.get(served.url + "metrics").text
    assert "demarche_quota_refusals_total 2.0" in numbers
    assert served.ask("ASK { ?s ?p ?o }").status_code == 200, "from the cache, at no cost"


@pytest.mark.parametrize(("burst", "after"), [(1.0, 429), (1000.0, 200)])
def test_a_query_that_is_ended_for_its_time_is_charged_for(home, burst, after):
    """It works for more than a second; who has saved up more than that goes on."""
    limits = {"max_query_seconds": 1.5, "quota_share": 1e-6, "quota_burst_seconds": burst}
    running = start(home.path, **limits)
    heavy = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
    ended = httpx.get(running.sparql, params={"query": heavy}, timeout=120)
    assert ended.status_code == 504
    query = {"query": "ASK { ?s <urn:many:value> ?o }"}
    assert httpx.get(running.sparql, params=query, timeout=120).status_code == after
    stop(running)
