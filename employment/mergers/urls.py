"""Addresses of employers registered twice, below the employment pages."""

from employment.mergers.views import EmployerPages

urlpatterns = EmployerPages().paths("employers/doubles/", "employers/merges/", "employers/<int:employer>/double/")
