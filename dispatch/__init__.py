"""Organised dispatch (组织输出)."""
