"""Declared measures, the engine that computes them, the figures it keeps."""
