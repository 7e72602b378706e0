"""/metrics for Prometheus: what the database knows, so that every web process says the same.

Only for who has the token. No people, no titles: the one label that names anybody is the organisation's.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from lockstep.operations.measures import Measured, calendars_by_state, measured_everywhere, waiting_jobs


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without a token in the settings, as if there were no such page; 401 for a wrong one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(said.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("The token is missing or wrong.\n", status=401, content_type="text/plain; charset=utf-8")
    registry = CollectorRegistry()
    registry.register(_Measured())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Measured(Collector):
    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        everywhere = measured_everywhere(now=now)
        yield from _delays(everywhere)
        yield from _push(everywhere)
        yield from _quota_and_queue(everywhere)
        states = GaugeMetricFamily("lockstep_calendars", "Calendars by state.", labels=["organisation", "state"])
        for organisation, state, count in calendars_by_state():
            states.add_metric([organisation, state], count)
        yield states
        jobs = GaugeMetricFamily("lockstep_jobs_waiting", "Jobs that nobody has begun.", labels=["queue"])
        for queue, count in waiting_jobs().items():
            jobs.add_metric([queue], count)
        yield jobs


def _delays(everywhere: list[Measured]) -> Iterator[Metric]:
    labels = ["organisation", "direction", "period"]
    seconds = GaugeMetricFamily(
        "lockstep_delay_seconds", "How long real changes took to the other side.", labels=[*labels, "quantile"]
    )
    changes = GaugeMetricFamily("lockstep_delay_changes", "How many changes were measured.", labels=labels)
    for each in everywhere:
        for delays in each.measures.delays:
            for period, found in (("24h", delays.day), ("7d", delays.week)):
                where = [each.slug, str(delays.direction), period]
                changes.add_metric(where, found.n if found else 0)
                for quantile, value in (("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")):
                    if found:
                        seconds.add_metric([*where, quantile], getattr(found, value) / 1000)
    yield seconds
    yield changes


def _push(everywhere: list[Measured]) -> Iterator[Metric]:
    lost = GaugeMetricFamily(
        "lockstep_lost_pushes", "Changes that a poll found first.", labels=["organisation", "period"]
    )
    proven = GaugeMetricFamily("lockstep_push_proven", "Calendars whose channel has spoken.", labels=["organisation"])
    for each in everywhere:
        push = each.measures.push
        lost.add_metric([each.slug, "24h"], push.lost_day)
        lost.add_metric([each.slug, "7d"], push.lost_week)
        proven.add_metric([each.slug], push.proven)
    yield lost
    yield proven


def _quota_and_queue(everywhere: list[Measured]) -> Iterator[Metric]:
    units = GaugeMetricFamily("lockstep_quota_units", "Units of the last minute.", labels=["organisation"])
    limit = GaugeMetricFamily("lockstep_quota_limit", "Units a minute that the project has.")
    waiting = GaugeMetricFamily("lockstep_waiting", "What is wanted and not done.", labels=["organisation", "what"])
    for each in everywhere:
        units.add_metric([each.slug], each.measures.quota.units)
        waiting.add_metric([each.slug, "looks"], each.measures.queue.looks)
        waiting.add_metric([each.slug, "writes"], each.measures.queue.writes)
    limit.add_metric([], settings.GOOGLE_PROJECT_UNITS_A_MINUTE)
    yield units
    yield limit
    yield waiting
