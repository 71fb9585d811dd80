"""What the properties of permissions share: the contract's table, a naive judge of policies, and whoever tries it all.

Like the reference model it knows the public API alone. Numbers such as ``I72`` are of the list of process 17.
"""
