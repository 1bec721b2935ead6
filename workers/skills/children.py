"""How skills come to the person kept when two registrations are merged."""

from core.pairs.moving import Child, fold, register_child
from workers.skills.models import Skill

register_child(Child(model=Skill, settle=fold("name", "cert_number")))
