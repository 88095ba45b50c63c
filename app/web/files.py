"""Uploaded files go out through a permission check, as attachments or as plain pictures."""

from flask import Blueprint, Response, send_file

from app.core import files
from app.web.access import signed_in
from app.web.current import actor

bp = Blueprint("files", __name__)


@bp.get("/files/<int:file_id>")
@signed_in
def download(file_id: int) -> Response:
    """One file, if its room lets the reader have it; never rendered as a page."""
    row, path = files.open_for(actor(), file_id)
    response = send_file(
        path,
        mimetype=row.content_type,
        as_attachment=row.content_type not in files.IMAGES,
        download_name=row.name,
        etag=row.digest,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
