"""Printed claims of any report: what arithmetic alone says of them, and the smallest repairs where they cannot be."""
