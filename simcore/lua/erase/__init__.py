"""Type erasure: a syntax pass over the typed dialect of Lua that leaves plain Lua 5.4 behind."""

from simcore.lua.erase.erasure import Erased, erase
from simcore.lua.erase.error import LuaSyntaxError
from simcore.lua.erase.exports import exports, return_line

__all__ = ["Erased", "LuaSyntaxError", "erase", "exports", "return_line"]
