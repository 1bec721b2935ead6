"""The app of skills."""

from django.apps import AppConfig


class SkillsConfig(AppConfig):
    """Skills and certificates of people."""

    name = "workers.skills"
    label = "skills"
    verbose_name = "技能证书"
