"""Workloads with their baselines: what simcore costs, as a ratio that holds on any machine."""

from __future__ import annotations

from simcore.bench.command import run

__all__ = ["run"]
