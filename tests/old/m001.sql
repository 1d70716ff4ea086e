BEGIN;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE document (
            id INTEGER PRIMARY KEY,
            uri TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,                 -- the last part of the uri: a batch may name a source so
            title TEXT NOT NULL,
            metadata TEXT NOT NULL DEFAULT '{}',
            created_at TEXT NOT NULL
        );
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
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE layer_tag (
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            tag_id INTEGER NOT NULL REFERENCES tag(id),
            PRIMARY KEY (layer_id, tag_id)
        ) WITHOUT ROWID;
CREATE TABLE step (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            action TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            parent INTEGER,                     -- a step that can be undone: what undo takes back after it
            top INTEGER NOT NULL,               -- what undo takes back now, 0 for nothing
            target INTEGER                      -- an undo or redo: the step that it takes back or does again
        );
CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            step INTEGER NOT NULL REFERENCES step(id),
            at TEXT NOT NULL,
            action TEXT NOT NULL,
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            before TEXT NOT NULL,               -- JSON: the columns that changed, as they were
            after TEXT NOT NULL                 -- JSON: the same columns, as they are from now on
        );
CREATE TABLE draft (
            layer_id INTEGER PRIMARY KEY REFERENCES layer(id),
            version_id INTEGER NOT NULL REFERENCES version(id),
            text TEXT NOT NULL,
            updated_at TEXT NOT NULL
        );
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR REPLACE INTO "_sqlite_migrations" VALUES (1, 'unpack-tui', 'm001_review', '2026-11-25 03:29:35.612422+00:00');
INSERT OR REPLACE INTO "document" VALUES (1, 'essay.md', 'essay.md', 'Essay', '{}', '2026-11-24');
INSERT OR REPLACE INTO "paragraph" VALUES (1, 1, 0, 'Justice is the conformity of deeds to morality.', 'en', '', 0, 4294967296, '');
INSERT OR REPLACE INTO "paragraph" VALUES (2, 1, 1, 'Причина — то, без чего нет следствия.', 'ru', '', 1, 4294967297, '');
INSERT OR REPLACE INTO "batch" VALUES (1, 'batch.jsonl', 'm-1', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "layer" VALUES (1, 1, 'definition', 'accepted', 0, 1, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (2, 1, 'question', 'rejected', 0, 2, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (3, 1, 'analogy', 'rejected', 0, 3, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (4, 2, 'definition', 'pending', 1, 7, 4294967297);
INSERT OR REPLACE INTO "layer" VALUES (5, 2, 'question', 'pending', 0, 8, 4294967297);
INSERT OR REPLACE INTO "layer" VALUES (6, 2, 'analogy', 'pending', 0, 6, 4294967297);
INSERT OR REPLACE INTO "version" VALUES (1, 1, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [definition]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (2, 2, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [question]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (3, 3, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [analogy]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (4, 4, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [definition]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (5, 5, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [question]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (6, 6, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [analogy]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.618Z');
INSERT OR REPLACE INTO "version" VALUES (7, 4, 4, 'edited', '(1) «Причина» Чего? — [всего]', '', NULL, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.670Z');
INSERT OR REPLACE INTO "version" VALUES (8, 5, 5, 'regenerated', '(1) Anew', 'm-2', NULL, '', NULL, NULL, NULL, '', '', '2026-11-25T03:29:35.678Z');
INSERT OR REPLACE INTO "tag" VALUES (1, 'weak');
INSERT OR REPLACE INTO "tag" VALUES (2, 'ясно');
INSERT OR REPLACE INTO "layer_tag" VALUES (1, 1);
INSERT OR REPLACE INTO "layer_tag" VALUES (4, 1);
INSERT OR REPLACE INTO "layer_tag" VALUES (1, 2);
INSERT OR REPLACE INTO "layer_tag" VALUES (4, 2);
INSERT OR REPLACE INTO "step" VALUES (1, '2026-11-25T03:29:35.619Z', 'add', '', NULL, 0, NULL);
INSERT OR REPLACE INTO "step" VALUES (2, '2026-11-25T03:29:35.634Z', 'decide', '', 0, 2, NULL);
INSERT OR REPLACE INTO "step" VALUES (3, '2026-11-25T03:29:35.646Z', 'decide', 'by hand', 2, 3, NULL);
INSERT OR REPLACE INTO "step" VALUES (4, '2026-11-25T03:29:35.647Z', 'tag', '', 3, 4, NULL);
INSERT OR REPLACE INTO "step" VALUES (5, '2026-11-25T03:29:35.658Z', 'flag', '', 4, 5, NULL);
INSERT OR REPLACE INTO "step" VALUES (6, '2026-11-25T03:29:35.670Z', 'edit', '', 5, 6, NULL);
INSERT OR REPLACE INTO "step" VALUES (7, '2026-11-25T03:29:35.678Z', 'regenerate', '', 6, 7, NULL);
INSERT OR REPLACE INTO "step" VALUES (8, '2026-11-25T03:29:35.682Z', 'restore', '', 7, 8, NULL);
INSERT OR REPLACE INTO "step" VALUES (9, '2026-11-25T03:29:35.686Z', 'undo', '', NULL, 7, 8);
INSERT OR REPLACE INTO "step" VALUES (10, '2026-11-25T03:29:35.688Z', 'undo', '', NULL, 6, 7);
INSERT OR REPLACE INTO "step" VALUES (11, '2026-11-25T03:29:35.690Z', 'redo', '', NULL, 7, 7);
INSERT OR REPLACE INTO "event" VALUES (1, 1, '2026-11-25T03:29:35.619Z', 'add', 1, '{}', '{"status":"pending","flagged":false,"head":1,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (2, 1, '2026-11-25T03:29:35.619Z', 'add', 2, '{}', '{"status":"pending","flagged":false,"head":2,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (3, 1, '2026-11-25T03:29:35.619Z', 'add', 3, '{}', '{"status":"pending","flagged":false,"head":3,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (4, 1, '2026-11-25T03:29:35.619Z', 'add', 4, '{}', '{"status":"pending","flagged":false,"head":4,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (5, 1, '2026-11-25T03:29:35.619Z', 'add', 5, '{}', '{"status":"pending","flagged":false,"head":5,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (6, 1, '2026-11-25T03:29:35.619Z', 'add', 6, '{}', '{"status":"pending","flagged":false,"head":6,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (7, 2, '2026-11-25T03:29:35.634Z', 'decide', 1, '{"status":"pending"}', '{"status":"accepted"}');
INSERT OR REPLACE INTO "event" VALUES (8, 3, '2026-11-25T03:29:35.646Z', 'decide', 2, '{"status":"pending"}', '{"status":"rejected"}');
INSERT OR REPLACE INTO "event" VALUES (9, 3, '2026-11-25T03:29:35.646Z', 'decide', 3, '{"status":"pending"}', '{"status":"rejected"}');
INSERT OR REPLACE INTO "event" VALUES (10, 4, '2026-11-25T03:29:35.647Z', 'tag', 1, '{"tags":[]}', '{"tags":["weak","ясно"]}');
INSERT OR REPLACE INTO "event" VALUES (11, 4, '2026-11-25T03:29:35.647Z', 'tag', 4, '{"tags":[]}', '{"tags":["weak","ясно"]}');
INSERT OR REPLACE INTO "event" VALUES (12, 5, '2026-11-25T03:29:35.658Z', 'flag', 4, '{"flagged":false}', '{"flagged":true}');
INSERT OR REPLACE INTO "event" VALUES (13, 6, '2026-11-25T03:29:35.670Z', 'edit', 4, '{"head":4}', '{"head":7}');
INSERT OR REPLACE INTO "event" VALUES (14, 7, '2026-11-25T03:29:35.678Z', 'regenerate', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "event" VALUES (15, 8, '2026-11-25T03:29:35.682Z', 'restore', 5, '{"head":8}', '{"head":5}');
INSERT OR REPLACE INTO "event" VALUES (16, 9, '2026-11-25T03:29:35.686Z', 'undo', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "event" VALUES (17, 10, '2026-11-25T03:29:35.688Z', 'undo', 5, '{"head":8}', '{"head":5}');
INSERT OR REPLACE INTO "event" VALUES (18, 11, '2026-11-25T03:29:35.690Z', 'redo', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "draft" VALUES (6, 6, '(1) half', '2026-11-25T03:29:35.694Z');
INSERT OR REPLACE INTO "setting" VALUES ('place', '{"layer":4}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX document_name ON document(name);
CREATE INDEX paragraph_digest ON paragraph(document_id, digest);
CREATE INDEX paragraph_rank ON paragraph(rank, id);
CREATE INDEX layer_paragraph ON layer(paragraph_id, kind);
CREATE INDEX layer_status ON layer(status, rank, paragraph_id);
CREATE INDEX layer_rank ON layer(rank, id);
CREATE INDEX layer_flagged ON layer(rank) WHERE flagged;
CREATE TRIGGER paragraph_moved AFTER UPDATE OF rank ON paragraph BEGIN
            UPDATE layer SET rank = new.rank WHERE paragraph_id = new.id;
        END;
CREATE INDEX version_layer ON version(layer_id);
CREATE INDEX layer_tag_tag ON layer_tag(tag_id);
CREATE INDEX step_parent ON step(parent);
CREATE INDEX event_step ON event(step);
CREATE INDEX event_layer ON event(layer_id);
CREATE TRIGGER version_no_update BEFORE UPDATE ON version BEGIN SELECT RAISE(ABORT, 'version is append-only'); END;
CREATE TRIGGER version_no_delete BEFORE DELETE ON version BEGIN SELECT RAISE(ABORT, 'version is append-only'); END;
CREATE TRIGGER step_no_update BEFORE UPDATE ON step BEGIN SELECT RAISE(ABORT, 'step is append-only'); END;
CREATE TRIGGER step_no_delete BEFORE DELETE ON step BEGIN SELECT RAISE(ABORT, 'step is append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
COMMIT;
