"""The retention report (稳岗报告): who was carried to work and stays there, by cohort, place, trip and station."""

from reports.retention.report import DIMENSIONS, MILESTONES, Question, compute

__all__ = ["DIMENSIONS", "MILESTONES", "Question", "compute"]
