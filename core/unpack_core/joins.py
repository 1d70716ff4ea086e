"""SQL that several questions share: what the conditions of a filter stand behind, and who wrote a text."""

LAYERS = (
    "layer l JOIN paragraph p ON p.id = l.paragraph_id JOIN document d ON d.id = p.document_id"
    " JOIN version v ON v.id = l.head_id"
)
"""What a clause stands behind: `SELECT … FROM {LAYERS} WHERE {clause.sql}`."""

SOURCES = "paragraph p JOIN document d ON d.id = p.document_id"
"""The same for `clause.source`."""

BARE = "NOT EXISTS (SELECT 1 FROM layer WHERE paragraph_id = p.id)"
"""Of a paragraph p: whether it has no layers, so that a filter asks it itself."""

LINE = (
    "WITH RECURSIVE line(id, parent_id, origin, model, batch_id) AS (SELECT id, parent_id, origin, model, batch_id"
    " FROM version WHERE id = v.parent_id UNION ALL SELECT u.id, u.parent_id, u.origin, u.model, u.batch_id"
    " FROM line JOIN version u ON u.id = line.parent_id WHERE line.origin = 'edited')"
)
"""Of a version v: what it was edited from, back to the text that no hand wrote."""

WRITTEN = (
    "CASE v.origin WHEN 'edited' THEN coalesce("
    f"({LINE} SELECT id FROM line WHERE origin <> 'edited'), v.id) ELSE v.id END"
)
"""Of a version v: the one that it was edited from, which no hand wrote; itself where there is none."""
