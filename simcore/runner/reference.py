"""What a case file or a token means: the run, and its item as it is today."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.catalog.find import item_of, path_of
from simcore.catalog.properties import ProjectProperties, properties_for
from simcore.model.case import VERSION
from simcore.model.errors import UsageError
from simcore.model.run import Run
from simcore.runner.case_files import load_case
from simcore.runner.deciding import changed_sources
from simcore.runner.explored_by_hand import refuse_explored_by_hand
from simcore.runner.replay_command import may_be_hinted
from simcore.runner.token import looks_like_token, options_digest, parse_token

if TYPE_CHECKING:
    from simcore.catalog.item import Item
    from simcore.catalog.project import Project
    from simcore.model.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A run that a case or a token means.

    Args:
        run: the run.
        item: whose run it is, as it is today.
        project: around the item.
        case: the case it comes from, or None for a token.
        changed: what of its source is another than when the case was made, by name.
        version: of the case or the token.
    """

    run: Run
    item: Item
    project: Project
    case: Case | None = None
    changed: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def source_changed(self) -> bool:
        """Whether the item's source is another than when the case was made."""
        return bool(self.changed)

    @property
    def lenient(self) -> bool:
        """Whether an earlier kernel made the run: only verdict and property are held against it."""
        return self.version < VERSION

    @property
    def may_differ(self) -> bool:
        """Whether another digest is no divergence: the item's source is another now, or simcore is."""
        return self.source_changed or self.lenient


def find_run(reference: str, *, target: str | None, project: Project) -> Found:
    """Return the run that a case file or a token means.

    Raises:
        UsageError: the file is damaged, the token of another version, or the item is not found.
    """
    if looks_like_token(reference):
        return _run_of_token(reference, target, project)
    if not os.path.isfile(reference):
        what = reference if reference.strip() else "an empty text"
        raise UsageError(f"{what}: neither a case file nor a token; copy it from the run's output")
    return run_of_case(reference, load_case(Path(reference)), target=target, project=project)


def _run_of_token(text: str, target: str | None, project: Project) -> Found:
    token = parse_token(text)
    if token.options != options_digest(project.options):
        raise UsageError(
            f"the token was made under other options ({token.options}, here {options_digest(project.options)}); "
            "replay the case file, or set [tool.simcore.world] as it was"
        )
    item = _find(text, token.item, target, "", project)
    if item.kind == "property":
        raise UsageError(f"{item.id} is a property; its arguments are in the case file, replay that")
    run = Run(
        item=item.reference,
        seed=token.seed,
        strategy=token.strategy,
        options=project.options,
        settle_ns=token.settle_ns,
    )
    return Found(run=run, item=item, project=project, version=token.version)


def run_of_case(file: str, case: Case, *, target: str | None, project: Project) -> Found:
    """Return the run of *case*, which was read from *file*; raises as ``find_run``."""
    reference = case.run.item
    item = _find(file, reference.id, target, reference.target, project)
    if item.kind == "property" and case.run.arguments is None:
        raise UsageError(f"{file}: arguments: {item.id} is a property, and the case has no arguments for it")
    changed = changed_sources(item, case, project)
    return Found(run=case.run, item=item, project=project, case=case, changed=changed, version=case.version)


def _find(reference: str, item_id: str, target: str | None, hint: str, project: Project) -> Item:
    if target is None and not may_be_hinted(hint):
        raise UsageError(f"the case names {hint}, which lies outside this folder; if you trust it, say --target {hint}")
    item = _item(item_id, target or hint, project, "" if target else reference)
    if item.error:
        raise UsageError(f"{item_id} cannot be run: {item.error}")
    return item


def _item(item_id: str, target: str, project: Project, reference: str) -> Item:
    """Return the item; of a *reference* nobody has said where it is, so that it may be of none."""
    if reference and target:
        # That is a file outside of every catalogue, which is not imported for what is no item.
        refuse_explored_by_hand(reference, item_id, project.typed_at)
    try:
        return item_of(project, item_id, target)
    except UsageError:
        if reference:
            refuse_explored_by_hand(reference, item_id, project.typed_at)
        # No item of the catalogue; but an id is a path that a person can type.
        path = "" if target else path_of(project, item_id)
        if not path or not may_be_hinted(path):
            raise
    return item_of(project, item_id, path)


def properties_of(found: Found, project: Project) -> ProjectProperties:
    """Return the ``always`` that a replay of *found* asks."""
    return properties_for(found.item, project)
