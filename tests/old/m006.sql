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
        , request_id INTEGER REFERENCES request(id));
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
CREATE TABLE settlement (               -- settled pairs of layers, a_id < b_id: a cache of the log
            a_id INTEGER NOT NULL REFERENCES layer(id),
            b_id INTEGER NOT NULL REFERENCES layer(id),
            state TEXT NOT NULL CHECK (state IN ('distinct', 'kept', 'merged')),
            PRIMARY KEY (a_id, b_id)
        ) WITHOUT ROWID;
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
CREATE TABLE paragraph_revision (       -- what a paragraph said before its source changed
            id INTEGER PRIMARY KEY,
            paragraph_id INTEGER NOT NULL REFERENCES paragraph(id),
            text TEXT NOT NULL,
            replaced_at TEXT NOT NULL
        );
CREATE TABLE recheck (                  -- a decision that the curator is asked for again, blind
            id INTEGER PRIMARY KEY,
            layer_id INTEGER NOT NULL REFERENCES layer(id),
            version_id INTEGER NOT NULL REFERENCES version(id),
            first TEXT NOT NULL CHECK (first IN ('accepted', 'rejected')),
            second TEXT CHECK (second IN ('accepted', 'rejected')),
            asked_at TEXT NOT NULL,
            answered_at TEXT NOT NULL DEFAULT ''
        , dropped_at TEXT NOT NULL DEFAULT '');
INSERT OR REPLACE INTO "_sqlite_migrations" VALUES (1, 'unpack-tui', 'm001_review', '2026-11-25 03:34:52.116850+00:00');
INSERT OR REPLACE INTO "_sqlite_migrations" VALUES (2, 'unpack-tui', 'm002_search', '2026-11-25 03:34:52.123635+00:00');
INSERT OR REPLACE INTO "_sqlite_migrations" VALUES (3, 'unpack-tui', 'm003_generation', '2026-11-25 03:34:52.130649+00:00');
INSERT OR REPLACE INTO "_sqlite_migrations" VALUES (4, 'unpack-tui', 'm006_recheck', '2026-11-25 03:34:52.131953+00:00');
INSERT OR REPLACE INTO "document" VALUES (1, 'essay.md', 'essay.md', 'Essay', '{}', '2026-11-24');
INSERT OR REPLACE INTO "paragraph" VALUES (1, 1, 0, 'Justice is the conformity of deeds to morality.', 'en', '', 0, 4294967296, '');
INSERT OR REPLACE INTO "paragraph" VALUES (2, 1, 1, 'Причина — то, без чего нет следствия.', 'ru', '', 1, 4294967297, '');
INSERT OR REPLACE INTO "batch" VALUES (1, 'batch.jsonl', 'm-1', '2026-11-25T03:34:52.138Z');
INSERT OR REPLACE INTO "batch" VALUES (2, 'generate', 'm-1', '2026-11-25T03:34:52.630Z');
INSERT OR REPLACE INTO "layer" VALUES (1, 1, 'definition', 'accepted', 0, 1, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (2, 1, 'question', 'rejected', 0, 2, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (3, 1, 'analogy', 'rejected', 0, 3, 4294967296);
INSERT OR REPLACE INTO "layer" VALUES (4, 2, 'definition', 'pending', 1, 7, 4294967297);
INSERT OR REPLACE INTO "layer" VALUES (5, 2, 'question', 'pending', 0, 8, 4294967297);
INSERT OR REPLACE INTO "layer" VALUES (6, 2, 'analogy', 'pending', 0, 6, 4294967297);
INSERT OR REPLACE INTO "layer" VALUES (7, 2, 'paradox', 'pending', 0, 9, 4294967297);
INSERT OR REPLACE INTO "version" VALUES (1, 1, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [definition]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (2, 2, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [question]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (3, 3, NULL, 'generated', '(1) “Justice” What is it that we ask for, when all has been said and done? — [analogy]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (4, 4, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [definition]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (5, 5, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [question]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (6, 6, NULL, 'generated', '(1) “Причина” What is it that we ask for, when all has been said and done? — [analogy]', 'm-1', 1, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.138Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (7, 4, 4, 'edited', '(1) «Причина» Чего? — [всего]', '', NULL, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.166Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (8, 5, 5, 'regenerated', '(1) Anew', 'm-2', NULL, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.170Z', NULL);
INSERT OR REPLACE INTO "version" VALUES (9, 7, NULL, 'generated', '(1) Both?', 'm-1', 2, '', NULL, NULL, NULL, '', '', '2026-11-25T03:34:52.630Z', 1);
INSERT OR REPLACE INTO "tag" VALUES (1, 'weak');
INSERT OR REPLACE INTO "tag" VALUES (2, 'ясно');
INSERT OR REPLACE INTO "layer_tag" VALUES (1, 1);
INSERT OR REPLACE INTO "layer_tag" VALUES (4, 1);
INSERT OR REPLACE INTO "layer_tag" VALUES (1, 2);
INSERT OR REPLACE INTO "layer_tag" VALUES (4, 2);
INSERT OR REPLACE INTO "step" VALUES (1, '2026-11-25T03:34:52.138Z', 'add', '', NULL, 0, NULL);
INSERT OR REPLACE INTO "step" VALUES (2, '2026-11-25T03:34:52.150Z', 'decide', '', 0, 2, NULL);
INSERT OR REPLACE INTO "step" VALUES (3, '2026-11-25T03:34:52.154Z', 'decide', 'by hand', 2, 3, NULL);
INSERT OR REPLACE INTO "step" VALUES (4, '2026-11-25T03:34:52.158Z', 'tag', '', 3, 4, NULL);
INSERT OR REPLACE INTO "step" VALUES (5, '2026-11-25T03:34:52.164Z', 'flag', '', 4, 5, NULL);
INSERT OR REPLACE INTO "step" VALUES (6, '2026-11-25T03:34:52.166Z', 'edit', '', 5, 6, NULL);
INSERT OR REPLACE INTO "step" VALUES (7, '2026-11-25T03:34:52.170Z', 'regenerate', '', 6, 7, NULL);
INSERT OR REPLACE INTO "step" VALUES (8, '2026-11-25T03:34:52.174Z', 'restore', '', 7, 8, NULL);
INSERT OR REPLACE INTO "step" VALUES (9, '2026-11-25T03:34:52.178Z', 'undo', '', NULL, 7, 8);
INSERT OR REPLACE INTO "step" VALUES (10, '2026-11-25T03:34:52.182Z', 'undo', '', NULL, 6, 7);
INSERT OR REPLACE INTO "step" VALUES (11, '2026-11-25T03:34:52.185Z', 'redo', '', NULL, 7, 7);
INSERT OR REPLACE INTO "step" VALUES (12, '2026-11-25T03:34:52.587Z', 'settle', '', 7, 12, NULL);
INSERT OR REPLACE INTO "step" VALUES (13, '2026-11-25T03:34:52.588Z', 'settle', 'near-duplicate of layer 1', 12, 13, NULL);
INSERT OR REPLACE INTO "step" VALUES (14, '2026-11-25T03:34:52.626Z', 'recheck', '', 13, 14, NULL);
INSERT OR REPLACE INTO "step" VALUES (15, '2026-11-25T03:34:52.630Z', 'add', '', NULL, 14, NULL);
INSERT OR REPLACE INTO "event" VALUES (1, 1, '2026-11-25T03:34:52.138Z', 'add', 1, '{}', '{"status":"pending","flagged":false,"head":1,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (2, 1, '2026-11-25T03:34:52.138Z', 'add', 2, '{}', '{"status":"pending","flagged":false,"head":2,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (3, 1, '2026-11-25T03:34:52.138Z', 'add', 3, '{}', '{"status":"pending","flagged":false,"head":3,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (4, 1, '2026-11-25T03:34:52.138Z', 'add', 4, '{}', '{"status":"pending","flagged":false,"head":4,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (5, 1, '2026-11-25T03:34:52.138Z', 'add', 5, '{}', '{"status":"pending","flagged":false,"head":5,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (6, 1, '2026-11-25T03:34:52.138Z', 'add', 6, '{}', '{"status":"pending","flagged":false,"head":6,"tags":[]}');
INSERT OR REPLACE INTO "event" VALUES (7, 2, '2026-11-25T03:34:52.150Z', 'decide', 1, '{"status":"pending"}', '{"status":"accepted"}');
INSERT OR REPLACE INTO "event" VALUES (8, 3, '2026-11-25T03:34:52.154Z', 'decide', 2, '{"status":"pending"}', '{"status":"rejected"}');
INSERT OR REPLACE INTO "event" VALUES (9, 3, '2026-11-25T03:34:52.154Z', 'decide', 3, '{"status":"pending"}', '{"status":"rejected"}');
INSERT OR REPLACE INTO "event" VALUES (10, 4, '2026-11-25T03:34:52.158Z', 'tag', 1, '{"tags":[]}', '{"tags":["weak","ясно"]}');
INSERT OR REPLACE INTO "event" VALUES (11, 4, '2026-11-25T03:34:52.158Z', 'tag', 4, '{"tags":[]}', '{"tags":["weak","ясно"]}');
INSERT OR REPLACE INTO "event" VALUES (12, 5, '2026-11-25T03:34:52.164Z', 'flag', 4, '{"flagged":false}', '{"flagged":true}');
INSERT OR REPLACE INTO "event" VALUES (13, 6, '2026-11-25T03:34:52.166Z', 'edit', 4, '{"head":4}', '{"head":7}');
INSERT OR REPLACE INTO "event" VALUES (14, 7, '2026-11-25T03:34:52.170Z', 'regenerate', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "event" VALUES (15, 8, '2026-11-25T03:34:52.174Z', 'restore', 5, '{"head":8}', '{"head":5}');
INSERT OR REPLACE INTO "event" VALUES (16, 9, '2026-11-25T03:34:52.178Z', 'undo', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "event" VALUES (17, 10, '2026-11-25T03:34:52.182Z', 'undo', 5, '{"head":8}', '{"head":5}');
INSERT OR REPLACE INTO "event" VALUES (18, 11, '2026-11-25T03:34:52.185Z', 'redo', 5, '{"head":5}', '{"head":8}');
INSERT OR REPLACE INTO "event" VALUES (19, 12, '2026-11-25T03:34:52.587Z', 'settle', 2, '{"settled":{"1":null}}', '{"settled":{"1":"distinct"}}');
INSERT OR REPLACE INTO "event" VALUES (20, 13, '2026-11-25T03:34:52.588Z', 'settle', 3, '{"settled":{"1":null}}', '{"settled":{"1":"kept"}}');
INSERT OR REPLACE INTO "event" VALUES (21, 14, '2026-11-25T03:34:52.626Z', 'recheck', 1, '{"rechecked":{"1":null}}', '{"rechecked":{"1":"rejected"}}');
INSERT OR REPLACE INTO "event" VALUES (22, 15, '2026-11-25T03:34:52.630Z', 'add', 7, '{}', '{"status":"pending","flagged":false,"head":9,"tags":[]}');
INSERT OR REPLACE INTO "draft" VALUES (6, 6, '(1) half', '2026-11-25T03:34:52.190Z');
INSERT OR REPLACE INTO "setting" VALUES ('dedupe.compared', '{"threshold":0.85,"revision":"letters-1/unicode-14.0.0","part":3}');
INSERT OR REPLACE INTO "setting" VALUES ('dedupe.upto', '8');
INSERT OR REPLACE INTO "setting" VALUES ('findings.openings', '{"asked":[2,1,8],"kinds":{"definition":{},"question":{},"analogy":{}}}');
INSERT OR REPLACE INTO "setting" VALUES ('findings.revision', '2');
INSERT OR REPLACE INTO "setting" VALUES ('place', '{"layer":4}');
INSERT OR REPLACE INTO "finding" VALUES (1, 4, 'wrong-language', 'The paragraph is in Russian, the layer in English.', 14, 88, NULL, NULL);
INSERT OR REPLACE INTO "finding" VALUES (2, 5, 'wrong-language', 'The paragraph is in Russian, the layer in English.', 14, 86, NULL, NULL);
INSERT OR REPLACE INTO "finding" VALUES (3, 6, 'wrong-language', 'The paragraph is in Russian, the layer in English.', 14, 85, NULL, NULL);
INSERT OR REPLACE INTO "finding" VALUES (4, 7, 'too-short', 'The whole layer is 2 words.', 0, 29, NULL, NULL);
INSERT OR REPLACE INTO "finding" VALUES (5, 8, 'too-short', 'The whole layer is 1 word.', 0, 8, NULL, NULL);
INSERT OR REPLACE INTO "signature" VALUES (1, 85, X'10070101040702000407010102000603000001050701000300000001010200000000000000000000000000000100000000000000000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (2, 83, X'10070101030701000405010102000503000101060702000300000001010200000000000000000000000000000100000000000000000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (3, 82, X'10090101030601010404010103000503000001050601000300010001010200000000000000000000000000000100000000000000000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (4, 85, X'10070100040602000406000102000603000001040600000300000002010200000000000200000000010001010100000000000100000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (5, 83, X'10070100030601000404000102000503000101050601000300000002010200000000000200000000010001010100000000000100000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (6, 82, X'10090100030501010403000103000503000001040500000300010002010200000000000200000000010001010100000000000100000000000000000000000001');
INSERT OR REPLACE INTO "signature" VALUES (7, 25, X'03000000000000000000000000000000000000000100000000000002000202000200000200000000010201020100000000000200000000000000000100000001');
INSERT OR REPLACE INTO "signature" VALUES (8, 4, X'00010000000100000000000000000100000000000000000100000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT OR REPLACE INTO "resemblance" VALUES (1, 4, 9.17647058823529371274e-01);
INSERT OR REPLACE INTO "resemblance" VALUES (2, 5, 9.15662650602409700084e-01);
INSERT OR REPLACE INTO "resemblance" VALUES (3, 6, 9.14634146341463449836e-01);
INSERT OR REPLACE INTO "settlement" VALUES (1, 2, 'distinct');
INSERT OR REPLACE INTO "settlement" VALUES (1, 3, 'kept');
INSERT OR REPLACE INTO "paragraph_letters_data" VALUES (1, X'0254');
INSERT OR REPLACE INTO "paragraph_letters_data" VALUES (10, X'000000000101010001010101');
INSERT OR REPLACE INTO "paragraph_letters_data" VALUES (137438953473, X'000001EA0430202D20020202636F010202646501020269730102026D6F0102026F6601020274680103016F010204D0B1D0B5020303BDD0B5020204D181D0BB02030382D0BE02030387D0B50201042C20D0B10201042D20D1820201032E010101010103616C690101036365200102026F6E010103646565010202732001010365206301030169010202647301020265640101036620640102026F72010103686520010103696365010202732001020274790101036A75730101036C69740101036D69740102026F720101036E666F0101036F206D01020266200102026E6601020272610103016D01010372616C0102026D69010103732074010202746901010374686501020269630102026F2001020279200103012E01010375737401010379206F0102022E01010104D0B0202D020205B1D0B5D0B7020205B2D0B8D18F020204B3D0BE20020205B4D181D182020205B5D0B3D0BE020403B4D181020402B720020303D18220020204B720D187020205B8D0BDD0B0020304D187D0B80204028F2E020205BBD0B5D0B4020204BDD0B020020403B5D182020204BE20D0BD0203022C20020205BFD180D0B8020106D180D0B8D18702020581D0BBD0B5020304D182D0B20202048220D181020304D0B2D0B8020402BE2C02020587D0B5D0B3020403B8D0BD0202038F2E0102040605050505050504070607060607070706060506050604050506050606050506060605060605050504060506050605050504060605070808070808060506070807050807060705080908070707050806');
INSERT OR REPLACE INTO "paragraph_letters_idx" VALUES (1, X'', 2);
INSERT OR REPLACE INTO "paragraph_letters_config" VALUES ('version', 4);
INSERT OR REPLACE INTO "version_letters_data" VALUES (1, X'088431');
INSERT OR REPLACE INTO "version_letters_data" VALUES (10, X'000000000101010001010101');
INSERT OR REPLACE INTO "version_letters_data" VALUES (137438953473, X'0000043D043020226A0101010302D0BF0401010102022D200101010101010102025B610303030164010303017102030302D0B2070202616C01010101010103016E01010101010102030173010101010101020262650101010101010202646F0101010101010202666F01010101010102026861010101010101020269730101010101010301740101010101010202736101010101010102027468010101010101020277650101010101010301680101010101010204D187D0B50701032220770101010101010302D1870702026A750101010204D0BFD18004010101010328312901010101010101010103292022010101010101010301610801032C207701010101010101032D205B010101010101010103312920010101010101010101033F202D0101010101010101035B616E03030202646501030202717502030204D0B2D1810701035D010101010101010101010361696401010101010102026C6C01010101010103016F030302026E610303030164010101010101030165080202732001010101010103016B0101010101010202742001010101010101036265650101010101010103636522010101010364206101010101010103016401010101010102026566010302026F6E01010101010101036520610101010101010202222001010102023F200101010101010202656E01010101010102026669010302026E200101010101010202737402030202770108010366696E010302026F72010101010101010367795D030301036861730101010101010301740101010101010202656E01010101010101036963650101010202642001010101010102026E69010302026F6E010102010202732001010101010102027420010101010101030169010301036A757301010101036B206601010101010101036C206801010101010102026C2001010101010102026F67030301036E206101010101010103017301010101010102025D01010102010202616C0303020264200101010101010202653F0101010101010301770802026974010301036F6779030302026E5D010102010301650101010101010202722C010101010101010371756502030103722C2001010101010101037320620101010101010301690101010101010202616901010101010102026B2001010101010102027469010101020103742069010101010101030174010101010101030177010101010101020268610101010101010202696301010103016F01010201010375657302030202737401010101037701010802026520010101010101020268610101010101010301650101010101010103795D0103030104D0B02220040101010205B2D181D0B5070204B3D0BE3F0705015D070205B5D0B3D0BE070205B8D0BDD0B0040101010304D187D0B8040101010204BDD0B022040101010203BE3F200703025D01070205BFD180D0B8040101010106D180D0B8D18704010101020581D0B5D0B307020587D0B5D0B3070403B8D0BD040101010408080B060505050A0A090A0A0A0A0A090A0A0A09070B05070A0D0C040B0C0D0C070606070C0B0A050609040A090A0B080B09060A0B070A0A060A0605070A070B090A080A06080A0A05080B0B0A060B0908060A0A04060708090A070B0B090A0A080B09090A07070707060A0A09070A080704080B0A0A06050B0C0808');
INSERT OR REPLACE INTO "version_letters_idx" VALUES (1, X'', 2);
INSERT OR REPLACE INTO "version_letters_config" VALUES ('version', 4);
INSERT OR REPLACE INTO "indexed" VALUES ('finding', 8);
INSERT OR REPLACE INTO "indexed" VALUES ('paragraph', 2);
INSERT OR REPLACE INTO "indexed" VALUES ('version', 8);
INSERT OR REPLACE INTO "recipe" VALUES ('abc', 'name = 1', '2026-11-24');
INSERT OR REPLACE INTO "request" VALUES (1, 'id-1', 'unpack', 2, NULL, '["paradox"]', 'm-1', '', 'abc', '', 0, 'done', '', 0, NULL, '2026-11-24');
INSERT OR REPLACE INTO "answer" VALUES (1, 1, '{}', 100, 20, 0, 0, 0.01, '2026-11-24');
INSERT OR REPLACE INTO "recheck" VALUES (1, 1, 1, 'accepted', 'rejected', '2026-11-25T03:34:52.623Z', '2026-11-25T03:34:52.626Z', '');
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
CREATE INDEX layer_head ON layer(head_id);
CREATE INDEX version_batch ON version(batch_id, model);
CREATE INDEX paragraph_lang ON paragraph(lang);
CREATE INDEX finding_version ON finding(version_id);
CREATE INDEX finding_name ON finding(name, version_id);
CREATE INDEX resemblance_b ON resemblance(b_id);
CREATE INDEX settlement_b ON settlement(b_id);
CREATE INDEX request_state ON request(state);
CREATE INDEX request_paragraph ON request(paragraph_id);
CREATE INDEX request_remote ON request(remote_batch_id) WHERE remote_batch_id IS NOT NULL;
CREATE INDEX answer_request ON answer(request_id);
CREATE INDEX version_request ON version(request_id) WHERE request_id IS NOT NULL;
CREATE INDEX paragraph_revision_paragraph ON paragraph_revision(paragraph_id);
CREATE INDEX recheck_open ON recheck(layer_id) WHERE second IS NULL;
CREATE TRIGGER answer_no_update BEFORE UPDATE ON answer BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END;
CREATE TRIGGER answer_no_delete BEFORE DELETE ON answer BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END;
CREATE TRIGGER paragraph_revision_no_update BEFORE UPDATE ON paragraph_revision BEGIN SELECT RAISE(ABORT, 'paragraph_revision is append-only'); END;
CREATE TRIGGER paragraph_revision_no_delete BEFORE DELETE ON paragraph_revision BEGIN SELECT RAISE(ABORT, 'paragraph_revision is append-only'); END;
CREATE INDEX recheck_layer ON recheck(layer_id, version_id);
COMMIT;
