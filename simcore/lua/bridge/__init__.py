"""What crosses between Lua and the runtime: scalars, operations, processes and their coroutines."""
