"""Schedulers, one in each file: who decides what happens next."""
