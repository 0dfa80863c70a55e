"""A programme as files: how a folder is read, and every fault in it named.

Nothing here touches the database. `read_folder` gives a `Programme` or raises `ProgrammeInvalid` with every problem
found, each naming its file, the key of the item and the field.
"""

from .archive import read_archive
from .content import Programme
from .problems import Problem, ProgrammeInvalid
from .reader import FILE_NAMES, read, read_folder

__all__ = ["FILE_NAMES", "Problem", "Programme", "ProgrammeInvalid", "read", "read_archive", "read_folder"]
