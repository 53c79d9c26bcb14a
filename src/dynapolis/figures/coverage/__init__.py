"""What no register saw, estimated from what several registers saw twice (method, section 3).

Registers that searched the same city are lists; what stands in several of them is their overlap. Every estimator gives
a total with an interval, or is refused with a reason.
"""
