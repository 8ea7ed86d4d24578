"""The reference model: the engine as a programmer sees it."""

from .memory import Fault as Fault
from .platform import ReferencePlatform as ReferencePlatform
