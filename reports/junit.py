"""The run as JUnit XML, which every CI can show: an item is a test case, an expected failure is a pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from simcore import ItemResult, Results, Verdict, report

HEADER = '<?xml version="1.0" encoding="utf-8"?>\n'
# What XML 1.0 cannot hold, not even as a reference.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@report("junit.xml")
def junit(results: Results) -> str:
    """Return one suite for each file and each app."""
    document = JUnitXml("simcore")
    for name, items in grouped(results.items):
        document.add_testsuite(suite(name, items, results))
    document.update_statistics()
    content = document.tostring()
    return HEADER + (content.decode("utf-8") if isinstance(content, bytes) else content) + "\n"


def grouped(items: Iterable[ItemResult]) -> list[tuple[str, list[ItemResult]]]:
    """Return the items by what stands before the ``::`` of their ids, or by their suites."""
    groups: dict[str, list[ItemResult]] = {}
    for item in items:
        container, separator, _ = item.id.partition("::")
        groups.setdefault(container if separator else item.suite or container.partition(":")[0], []).append(item)
    return list(groups.items())


def suite(name: str, items: Iterable[ItemResult], results: Results) -> TestSuite:
    made = TestSuite(clean(name))
    made.add_property("simcore.version", results.version)
    made.add_property("simcore.run", results.run)
    made.add_property("simcore.base_seed", str(results.base_seed))
    made.add_property("simcore.strategy", clean(results.strategy))
    for item in items:
        made.add_testcase(case(name, item))
    return made


def case(group: str, item: ItemResult) -> TestCase:
    made = TestCase(clean(item.id.rpartition("::")[2]), clean(group.removesuffix(".py").replace("/", ".")), item.cpu_s)
    outcome = result(item)
    if outcome is not None:
        made.result = [outcome]
    properties = Properties()
    for key, value in details(item):
        properties.add_property(Property(key, clean(value)))
    made.append(properties)
    if item.story:
        made.system_out = clean("\n".join(item.story))
    return made


def result(item: ItemResult) -> Failure | Error | Skipped | None:
    """Return what JUnit calls the outcome; None is a pass."""
    if item.held():
        return None
    kinds: dict[Verdict, type[Failure | Error | Skipped]] = {
        Verdict.ERROR: Error,
        Verdict.INCONCLUSIVE: Skipped,
        Verdict.SKIPPED: Skipped,
    }
    made = kinds.get(item.verdict, Failure)(clean(item.message), clean(item.property or "error"))
    if item.replay or item.traceback:
        replay = [f"\nreplay: {item.replay}"] if item.replay else []
        made.text = clean("\n".join([item.message, *item.traceback, *replay]))
    return made


def details(item: ItemResult) -> Iterator[tuple[str, str]]:
    yield "simcore.schedules", str(item.schedules)
    if item.examples is not None:
        yield "simcore.examples", str(item.examples)
    if item.expected:
        yield "simcore.expected_failure", f"{item.property}: {item.message}"
    if item.vacuous():
        yield "simcore.vacuous", item.vacuous().removeprefix("vacuous: ")
    if (reached := item.reach()) is not None:
        yield "simcore.programs", str(reached.programs)
        yield "simcore.situations", f"{len(reached.met())} of {len(reached.situations)}"
        yield "simcore.judged", f"{reached.followed} of {reached.runs}"
    for remark in item.remarked():
        yield "simcore.remark", remark
    for key in ("first_failure", "replay", "token", "case"):
        value = getattr(item, key)
        if value is not None:
            yield f"simcore.{key}", str(value)


def clean(text: str) -> str:
    """Return *text* with what XML forbids escaped."""
    return FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)
