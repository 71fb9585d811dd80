"""What the simulated program calls things never keeps a file from being written."""

from __future__ import annotations

import json

from simcore.kernel.action import Label
from simcore.model.written import to_json


def test_a_lone_surrogate_is_written_as_its_escape_wherever_it_is() -> None:
    assert json.loads(to_json({"a\udcff": ["b\udcff", ("é", 1, None)]})) == {"a\\udcff": ["b\\udcff", ["é", 1, None]]}
    assert json.loads(to_json({"a": "é"})) == {"a": "é"}


def test_a_label_can_be_compared_with_the_one_in_a_file() -> None:
    label = Label("do:send", "world/app:a.0", "t\udcff").text(1)

    assert json.loads(to_json([label])) == [label] == ["do:send#1@world/app:a.0->t\\udcff"]
