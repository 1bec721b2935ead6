"""Django settings. ``docs/settings.md`` lists every environment variable that changes them."""

from laborcoop.settings.api import *
from laborcoop.settings.base import *
from laborcoop.settings.security import *
from laborcoop.settings.services import *
