"""What the conditions of a filter stand behind, as SQL."""

LAYERS = (
    "layer l JOIN paragraph p ON p.id = l.paragraph_id JOIN document d ON d.id = p.document_id"
    " JOIN version v ON v.id = l.head_id"
)
"""What a clause stands behind: `SELECT … FROM {LAYERS} WHERE {clause.sql}`."""

SOURCES = "paragraph p JOIN document d ON d.id = p.document_id"
"""The same for `clause.source`."""
