"""What ends code of the user's own that never gives control back: how long one step may take, and who looks.

It reads clocks of the machine, and nothing of it enters a run: no digest, no case, no seed.
"""
