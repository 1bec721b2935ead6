"""The retention report (稳岗报告): who was carried to work and stays there, by cohort, place, trip and station."""

from reports.retention.report import DIMENSIONS, Question, compute
from reports.retention.statements import MILESTONES

__all__ = ["DIMENSIONS", "MILESTONES", "Question", "compute"]
