"""The tables, as migrations that are applied in order; one that has shipped is never edited.

`document → paragraph → layer → version` is what the curator sees. `step → event` is the log: what was done, in the
order it was done. The columns `status`, `flagged` and `head_id` of `layer` and the rows of `layer_tag` are a cache of
the log, written in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # some tenths of a second with what it imports: only a file that is behind pays for it
    from sqlite_utils import Database

_SET = "unpack-tui"
_Migration = Callable[["Database"], None]
_migrations: list[_Migration] = []


def _migration(change: _Migration) -> _Migration:
    _migrations.append(change)
    return change


def known() -> list[str]:
    """The names of all migrations of this program, in order: a file that has had others was written by a newer one."""
    return [change.__name__ for change in _migrations]


def applied(connection: sqlite3.Connection) -> list[str]:
    """The names of those that a file has had, read from the table in which sqlite-utils writes them down."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    names = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", (_SET,))
    return [name for (name,) in names]


def apply(connection: sqlite3.Connection) -> None:
    """Bring a file's tables up to date."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations(_SET)
    for change in _migrations:
        migrations()(change)
    migrations.apply(Database(connection, execute_plugins=False))


@_migration
def m001_review(db: Database) -> None:
    """Sources, layers, versions, tags and the log."""
    _run(
        db,
        """
        CREATE TABLE document (
            id INTEGER PRIMARY KEY,
            uri TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,                 -- the last part of the uri: a batch may name a source so
            title TEXT NOT NULL,
            metadata TEXT NOT NULL DEFAULT '{}',
            created_at TEXT NOT NULL
        );
        CREATE INDEX document_name ON document(name);
        CREATE TABLE paragraph (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES document(id),
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            lang TEXT NOT NULL,
            place TEXT NOT NULL DEFAULT '',
            digest INTEGER NOT NULL,            -- of the text, to find it again
            rank INTEGER NOT NULL,              -- document_id << 32 | position: the reading order of everything
            removed_at TEXT NOT NULL DEFAULT '' -- set when the source no longer has it; its layers stay
        );
        CREATE INDEX paragraph_digest ON paragraph(document_id, digest);
        CREATE INDEX paragraph_rank ON paragraph(rank, id);
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            model TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL
        );
        CREATE TABLE layer (
            id INTEGER PRIMARY KEY,
            paragraph_id INTEGER NOT NULL REFERENCES paragraph(id),
            kind TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected')),
            flagged INTEGER NOT NULL CHECK (flagged IN (0, 1)),
            head_id INTEGER NOT NULL REFERENCES version(id) DEFERRABLE INITIALLY DEFERRED,
            rank INTEGER NOT NULL               -- that of its paragraph
        );
        CREATE INDEX layer_paragraph ON layer(paragraph_id, kind);
        CREATE INDEX layer_status ON layer(status, rank, paragraph_id);
        CREATE INDEX layer_rank ON layer(rank, id);
        CREATE INDEX layer_flagged ON layer(rank) WHERE flagged;
        CREATE TRIGGER paragraph_moved AFTER UPDATE OF rank ON paragraph BEGIN
            UPDATE layer SET rank = new.rank WHERE paragraph_id = new.id;
        END;
        CREATE TABLE version (
            id INTEGER PRIMARY KEY,
            layer_id INTEGER NOT NULL REFERENCES layer(id) DEFERRABLE INITIALLY DEFERRED,
            parent_id INTEGER REFERENCES version(id),
            origin TEXT NOT NULL,
            text TEXT NOT NULL,
            model TEXT NOT NULL DEFAULT '',
            batch_id INTEGER REFERENCES batch(id),
            instruction TEXT NOT NULL DEFAULT '',
            input_tokens INTEGER,
            output_tokens INTEGER,
            cost_usd REAL,
            recipe TEXT NOT NULL DEFAULT '',    -- hash of the recipe's revision
            effort TEXT NOT NULL DEFAULT '',
            created_at TEXT NOT NULL
        );
        CREATE INDEX version_layer ON version(layer_id);
        CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE layer_tag (
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            tag_id INTEGER NOT NULL REFERENCES tag(id),
            PRIMARY KEY (layer_id, tag_id)
        ) WITHOUT ROWID;
        CREATE INDEX layer_tag_tag ON layer_tag(tag_id);
        CREATE TABLE step (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            action TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            parent INTEGER,                     -- a step that can be undone: what undo takes back after it
            top INTEGER NOT NULL,               -- what undo takes back now, 0 for nothing
            target INTEGER                      -- an undo or redo: the step that it takes back or does again
        );
        CREATE INDEX step_parent ON step(parent);
        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            step INTEGER NOT NULL REFERENCES step(id),
            at TEXT NOT NULL,
            action TEXT NOT NULL,
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            before TEXT NOT NULL,               -- JSON: the columns that changed, as they were
            after TEXT NOT NULL                 -- JSON: the same columns, as they are from now on
        );
        CREATE INDEX event_step ON event(step);
        CREATE INDEX event_layer ON event(layer_id);
        CREATE TABLE draft (
            layer_id INTEGER PRIMARY KEY REFERENCES layer(id),
            version_id INTEGER NOT NULL REFERENCES version(id),
            text TEXT NOT NULL,
            updated_at TEXT NOT NULL
        );
        CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
    )
    for table in ("version", "step", "event"):
        for verb in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


@_migration
def m002_search(db: Database) -> None:
    """What checks, comparisons and the search know about versions: all of it can be made again from the texts."""
    _run(
        db,
        """
        CREATE INDEX layer_head ON layer(head_id);
        CREATE INDEX version_batch ON version(batch_id, model);
        CREATE INDEX paragraph_lang ON paragraph(lang);
        CREATE TABLE finding (
            id INTEGER PRIMARY KEY,
            version_id INTEGER NOT NULL REFERENCES version(id),
            name TEXT NOT NULL,
            message TEXT NOT NULL DEFAULT '',
            layer_start INTEGER,                -- code points, in the version's text
            layer_end INTEGER,
            source_start INTEGER,               -- code points, in the paragraph's text
            source_end INTEGER
        );
        CREATE INDEX finding_version ON finding(version_id);
        CREATE INDEX finding_name ON finding(name, version_id);
        CREATE TABLE signature (                -- of a version's normalised text, to compare it with others
            version_id INTEGER PRIMARY KEY REFERENCES version(id),
            length INTEGER NOT NULL,
            letters BLOB NOT NULL
        );
        CREATE TABLE resemblance (              -- near-duplicate versions, a_id < b_id
            a_id INTEGER NOT NULL REFERENCES version(id),
            b_id INTEGER NOT NULL REFERENCES version(id),
            score REAL NOT NULL,                -- 0 to 1
            PRIMARY KEY (a_id, b_id)
        ) WITHOUT ROWID;
        CREATE INDEX resemblance_b ON resemblance(b_id);
        CREATE TABLE settlement (               -- settled pairs of layers, a_id < b_id: a cache of the log
            a_id INTEGER NOT NULL REFERENCES layer(id),
            b_id INTEGER NOT NULL REFERENCES layer(id),
            state TEXT NOT NULL CHECK (state IN ('distinct', 'kept', 'merged')),
            PRIMARY KEY (a_id, b_id)
        ) WITHOUT ROWID;
        CREATE INDEX settlement_b ON settlement(b_id);
        CREATE VIRTUAL TABLE paragraph_letters USING fts5(
            text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
        );
        CREATE VIRTUAL TABLE version_letters USING fts5(
            text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
        );
        CREATE VIRTUAL TABLE paragraph_trigram USING fts5vocab(paragraph_letters, instance);
        CREATE VIRTUAL TABLE version_trigram USING fts5vocab(version_letters, instance);
        CREATE TABLE indexed (                  -- how far the search has come
            name TEXT PRIMARY KEY,              -- paragraph, version
            upto INTEGER NOT NULL               -- the highest id that is in its index
        ) WITHOUT ROWID;
        INSERT INTO indexed VALUES ('paragraph', 0), ('version', 0);
        """,
    )


@_migration
def m003_generation(db: Database) -> None:
    """What a model was asked and what it answered, sources that changed, and decisions that were asked for again."""
    _run(
        db,
        """
        CREATE TABLE recipe (
            hash TEXT PRIMARY KEY,              -- of the TOML; version.recipe names it
            toml TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE remote_batch (             -- a Message Batch: written before it is submitted
            id INTEGER PRIMARY KEY,
            remote_id TEXT NOT NULL DEFAULT '', -- "" until its submission is known to have succeeded
            host TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('intended', 'submitted', 'collected', 'abandoned')),
            created_at TEXT NOT NULL,
            collected_at TEXT NOT NULL DEFAULT ''
        );
        CREATE TABLE request (
            id INTEGER PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,      -- hash of all that could change the answer
            purpose TEXT NOT NULL CHECK (purpose IN ('unpack', 'repair', 'regenerate', 'candidate')),
            paragraph_id INTEGER NOT NULL REFERENCES paragraph(id),
            layer_id INTEGER REFERENCES layer(id),
            kinds TEXT NOT NULL,                -- JSON: the kinds that it asks for
            model TEXT NOT NULL,
            effort TEXT NOT NULL DEFAULT '',
            recipe TEXT NOT NULL DEFAULT '',
            instruction TEXT NOT NULL DEFAULT '',
            number INTEGER NOT NULL DEFAULT 0,  -- tells equal requests apart: candidates, a second asking
            state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'done', 'failed', 'refused')),
            reason TEXT NOT NULL DEFAULT '',    -- why it failed, as a sentence
            attempts INTEGER NOT NULL DEFAULT 0,
            remote_batch_id INTEGER REFERENCES remote_batch(id),
            created_at TEXT NOT NULL
        );
        CREATE INDEX request_state ON request(state);
        CREATE INDEX request_paragraph ON request(paragraph_id);
        CREATE INDEX request_remote ON request(remote_batch_id) WHERE remote_batch_id IS NOT NULL;
        CREATE TABLE answer (                   -- what was paid for, as it came, stored before it is read
            id INTEGER PRIMARY KEY,
            request_id INTEGER NOT NULL REFERENCES request(id),
            body TEXT NOT NULL,                 -- JSON: the message
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            cost_usd REAL,                      -- NULL: the model's price is not known
            received_at TEXT NOT NULL
        );
        CREATE INDEX answer_request ON answer(request_id);
        ALTER TABLE version ADD COLUMN request_id INTEGER REFERENCES request(id);  -- whose answer brought it
        CREATE INDEX version_request ON version(request_id) WHERE request_id IS NOT NULL;
        CREATE TABLE paragraph_revision (       -- what a paragraph said before its source changed
            id INTEGER PRIMARY KEY,
            paragraph_id INTEGER NOT NULL REFERENCES paragraph(id),
            text TEXT NOT NULL,
            replaced_at TEXT NOT NULL
        );
        CREATE INDEX paragraph_revision_paragraph ON paragraph_revision(paragraph_id);
        CREATE TABLE recheck (                  -- a decision that the curator is asked for again, blind
            id INTEGER PRIMARY KEY,
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            version_id INTEGER NOT NULL REFERENCES version(id),
            first TEXT NOT NULL CHECK (first IN ('accepted', 'rejected')),
            second TEXT CHECK (second IN ('accepted', 'rejected')),
            asked_at TEXT NOT NULL,
            answered_at TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX recheck_open ON recheck(layer_id) WHERE second IS NULL;
        """,
    )
    for table in ("answer", "paragraph_revision"):
        for verb in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


@_migration
def m006_recheck(db: Database) -> None:
    """A question that was taken back unanswered stays, since the log may know of it."""
    _run(
        db,
        """
        ALTER TABLE recheck ADD COLUMN dropped_at TEXT NOT NULL DEFAULT '';
        CREATE INDEX recheck_layer ON recheck(layer_id, version_id);
        """,
    )


def _run(db: Database, script: str) -> None:
    """Run statements one by one: `executescript` would commit the migration's own transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
