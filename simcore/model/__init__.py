"""Plain values: identifiers, errors, payloads, operations, options, programs, cases and outcomes."""
