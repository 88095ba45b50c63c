"""The application that servers and the `flask` command load: `flask --app wsgi ...`, `gunicorn wsgi:app`."""

from app import create_app

app = create_app()
