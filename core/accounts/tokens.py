"""The text of API tokens: made once, shown once, kept only as a hash.

``lc_`` + 8 letters that find the row + ``_`` + 43 letters of 256 random bits. A plain SHA-256 is enough for a secret
nobody chose; a slow password hash would cost every request what a guess costs.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_SHAPE = re.compile(r"lc_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class TokenText:
    """A token as its holder has it."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"lc_{self.prefix}_{self.secret}"

    @property
    def digest(self) -> str:
        """SHA-256 of the whole token, hex."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def opens(self, digest: str) -> bool:
        """Whether the stored digest is this token's, in constant time."""
        return hmac.compare_digest(self.digest, digest)


def make() -> TokenText:
    """A new random token."""
    return TokenText("".join(secrets.choice(_PREFIX_LETTERS) for _n in range(8)), secrets.token_urlsafe(32))


def parse(text: str) -> TokenText | None:
    """The parts of a token, None when it has not the shape of one."""
    match = _SHAPE.fullmatch(text)
    return TokenText(*match.groups()) if match else None
