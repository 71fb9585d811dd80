"""The summary of a run as Markdown, for a pull request or a CI page: what held, what did not, how to see it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from simcore import ItemResult, Results, Verdict, report

# GitHub refuses a step summary of more than 1 MiB; what comes last is left out first.
SIZE_MAX = 1_000_000
STORY_LINES_MAX = 200
ROWS_MAX = 1_000
HEADER = "| | item | schedules | first failure | property |\n|---|---|---:|---:|---|"
CUT = "\n*The rest is left out here; `results.json` has everything.*\n"


@report("summary.md")
def summary(results: Results) -> str:
    """Return counts, one table of all items, and a folded block for each failure."""
    return within_bounds(sections(results))


def sections(results: Results) -> Iterator[str]:
    yield f"## simcore {results.version}: {told(results)}\n"
    yield (
        f"`{code(results.command)}` · base seed {results.base_seed} · strategy {escaped(results.strategy)} · "
        f"run {escaped(results.run)} · {results.wall_s:.1f} s\n"
    )
    yield from table(results.items)
    failures = [item for item in results.items if item.verdict is not Verdict.PASSED]
    yield from (block(item) for item in failures if not item.held())
    yield from (block(item) for item in failures if item.held())
    yield from listed("Never seen", (f"{each.id}: {each.statement}" for each in results.sometimes if not each.seen))
    yield from reached(results)
    yield from listed("Remarks", (f"{item.id}: {each}" for item in results.items for each in item.remarked()))
    yield from listed("Bounds reached", (bounds(item) for item in results.items if item.bounds))
    yield from listed("Notes", results.notes)


def reached(results: Results) -> Iterator[str]:
    """Give what drawn programs have reached, all of it, in a fold."""
    found = results.reached()
    if found is None:
        return
    amounts = {"programs": found.programs, "runs": found.runs, "actions": found.actions, "calls": found.calls}
    said = ", ".join(f"{amount:,} {noun}" for noun, amount in amounts.items())
    lines = [f"<details><summary>What {said} have reached</summary>\n", "| situation | runs |\n|---|---:|"]
    rarest = sorted(found.situations, key=found.situations.__getitem__)
    lines += [f"| {escaped(name)} | {found.situations[name]} |" for name in rarest]
    lines += ["\n| verb | answered |\n|---|---|"]
    for verb, verdicts in found.verbs.items():
        answers = ", ".join(f"{verdict} {times}" for verdict, times in sorted(verdicts.items(), key=rate))
        lines.append(f"| {escaped(verb)} | {escaped(answers) or 'never'} |")
    lines.append(f"\nA model has judged {found.followed:,} of {found.runs:,} runs. It took as it came:\n")
    lines += [f"- {escaped(what)}: {times:,} times" for what, times in found.unjudged.items()] or ["- nothing"]
    yield "\n".join([*lines, "\n</details>\n"])


def rate(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def told(results: Results) -> str:
    """Return the counts in one line."""
    text = results.tally()
    return f"{text} (interrupted)" if results.interrupted else text


def block(item: ItemResult) -> str:
    """Return the folded block of one failure; those that nobody wanted are open."""
    state = "" if item.held() else " open"
    lines = [
        f"<details{state}><summary>{word(item)} <code>{html(item.id)}</code>: {html(item.property)}</summary>\n",
        fenced([*item.message.split("\n"), *(f"  {line}" for line in item.traceback)]),
    ]
    if item.replay:
        lines += ["Replay it with\n", fenced([item.replay])]
    if item.token:
        lines.append(f"Token: `{code(item.token)}`\n")
    if item.story:
        lines += ["What happened\n", fenced(told_line for line in item.story for told_line in line.split("\n"))]
    return "\n".join([*lines, "</details>\n"])


def table(items: Sequence[ItemResult]) -> Iterator[str]:
    """Give one row for each item, those that went wrong first where there are too many for a page."""
    shown = items if len(items) <= ROWS_MAX else sorted(items, key=ItemResult.held)[:ROWS_MAX]
    yield "\n".join([HEADER, *map(row, shown), ""])
    if len(shown) < len(items):
        yield f"*{len(items) - len(shown)} more items are in `results.json`.*\n"


def row(item: ItemResult) -> str:
    first = "" if item.first_failure is None else str(item.first_failure)
    return f"| {word(item)} | {escaped(item.id)} | {amount(item)} | {first} | {escaped(item.property)} |"


def amount(item: ItemResult) -> str:
    """Return how many schedules were played, and of a property for how many examples."""
    return str(item.schedules) if item.examples is None else item.played()


def listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    several = [f"- {escaped(line)}" for line in lines]
    if several:
        yield "\n".join([f"**{title}**\n", *several, ""])


def bounds(item: ItemResult) -> str:
    return ", ".join(f"{name} {times} times" for name, times in item.bounds.items()) + f" by {item.id}"


def word(item: ItemResult) -> str:
    if item.expected and item.verdict is Verdict.FAILED:
        return "FOUND"
    return f"{item.verdict.upper()} (vacuous)" if item.vacuous() else item.verdict.upper()


def within_bounds(parts: Iterable[str]) -> str:
    """Join *parts* as far as they fit, whole blocks only, so that no fence and no fold stays open."""
    taken: list[str] = []
    size = 0
    for part in parts:
        size += len(part.encode()) + 1
        if size > SIZE_MAX:
            taken.append(CUT)
            break
        taken.append(part)
    return "\n".join(taken) + "\n"


def fenced(lines: Iterable[str]) -> str:
    """Return *lines* as they are, behind a fence that they cannot close."""
    kept = [printable(line) for line in lines]
    if len(kept) > STORY_LINES_MAX:
        kept = [f"... {len(kept) - STORY_LINES_MAX} lines before", *kept[-STORY_LINES_MAX:]]
    text = "\n".join(line[:2_000] for line in kept)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def escaped(text: str) -> str:
    """Return *text* as plain words of Markdown: nothing in it is markup, and it stays in its cell."""
    return re.sub(r"([\\`*_{}\[\]|#~@!])", r"\\\1", html(text))


def html(text: str) -> str:
    """Return *text* as words of a line of HTML, where a backslash of Markdown would be one that is read."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Return *text* for a code span."""
    return printable(text).replace("`", "'")


def printable(text: str) -> str:
    """Return *text* on one line, what does not print escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
