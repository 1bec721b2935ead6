"""The one kind of error a business act raises; pages, API, imports and tasks each translate it."""


class DomainError(Exception):
    """A business rule said no.

    ``code`` is stable and for programs, ``message`` is a Chinese sentence for people, ``field`` names the input at
    fault when there is one, ``details`` carries whatever a caller may list (rows changed since, missing items).
    """

    def __init__(self, code: str, message: str, field: str | None = None, details: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details


class Conflict(DomainError):
    """The state of things forbids the act now (HTTP 409)."""


class NotAllowed(DomainError):
    """The person may not do this (HTTP 403)."""


class NotFound(DomainError):
    """The thing does not exist, or lies outside the person's scope (HTTP 404)."""
