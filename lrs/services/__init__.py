"""Everything that changes the store."""

from lrs.services.credentials import create_credential, revoke_credential
from lrs.services.statements import record, store

__all__ = ["create_credential", "record", "revoke_credential", "store"]
