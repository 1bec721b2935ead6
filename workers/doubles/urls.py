"""Addresses of the pages of doubles."""

from workers.doubles.views import PersonPages

app_name = "doubles"

urlpatterns = PersonPages().paths("", "merges/", "with/<int:worker>/")
