"""Former registrations go along when the person they lead to is merged into another one."""

from workers.doubles.models import WorkerAlias
from workers.doubles.registry import Child, register_child

register_child(Child(model=WorkerAlias))
