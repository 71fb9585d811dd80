"""The Python front end: ``async def`` behaviours as processes, and what such a process has in hand."""
