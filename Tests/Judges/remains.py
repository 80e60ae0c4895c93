"""The files that a dead process has left, looked at in a copy: so that Bursar is the one to recover them."""

import contextlib
import pathlib
import shutil
import sqlite3
import tempfile


@contextlib.contextmanager
def remains(database):
    """A function that asks the copy. The index of the log is not copied, as none outlives a machine."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy.sqlite"
        for suffix in ("", "-wal"):
            if pathlib.Path(f"{database}{suffix}").exists():
                shutil.copyfile(f"{database}{suffix}", f"{copy}{suffix}")
        connection = sqlite3.connect(copy)
        try:
            yield lambda query, *values: connection.execute(query, values).fetchall()
        finally:
            connection.close()


def is_sound(rows):
    assert rows("PRAGMA integrity_check") == [("ok",)]
    assert rows("PRAGMA foreign_key_check") == []
