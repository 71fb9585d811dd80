"""Finding and mounting catalogues: the scenarios, properties and reports of a project, and the tests of an app."""
