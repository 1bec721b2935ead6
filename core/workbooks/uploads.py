"""No upload is larger than any workbook may be: what announces more is refused before a byte of it is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FORM_BYTES = 1 << 20
"""Room for the form around the file."""


def too_large(announced: int) -> bool:
    """Whether a request of so many bytes carries more than one file of the largest size."""
    return announced > settings.MOST_UPLOAD_BYTES + FORM_BYTES


class BoundedUpload(FileUploadHandler):
    """Stands first among the handlers of uploads; a server passes on no body without an announced length."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's signature
        content_length: int,
        boundary: bytes | str,
        encoding: str | None = None,
    ) -> None:
        """Raise ``RequestDataTooBig`` (HTTP 400) for a body that announces too much."""
        if too_large(content_length):
            message = "the upload is larger than any workbook may be"
            raise RequestDataTooBig(message)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave the piece to the handlers behind."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
