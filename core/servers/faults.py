"""The one error the launcher raises."""


class ServerFault(RuntimeError):
    """An embedded server cannot be started, reached or stopped; the message says what to do, Chinese then English."""
