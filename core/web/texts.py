"""The type of what people read on a page."""

from django.utils.functional import Promise

Text = str | Promise
