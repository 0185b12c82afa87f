"""Serving with gunicorn: sync workers, each with keys and names of its own."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http import wsgi

from casework.app import create_app
from casework.config import Settings
from casework.garbage import settle
from casework.jobs import job_starter
from casework.services.setup import open_database


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by the settings instead of a file."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.settings = settings
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        """Settings of gunicorn."""
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": self.settings.workers,
            "worker_class": "sync",
            "timeout": 120,
            "accesslog": None,
            "loglevel": "warning",
            "worker_tmp_dir": None,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made anew in each worker."""
        database = open_database(self.settings)
        app = create_app(self.settings, database, job_starter(self.settings, database))
        settle()
        return app


def serve(settings: Settings, port: int) -> None:
    """Serve on 127.0.0.1 until stopped."""
    wsgi.SERVER = "Casework"  # answers do not name the server behind
    Server(settings, port).run()
