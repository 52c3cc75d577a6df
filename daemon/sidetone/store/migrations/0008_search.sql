-- Search. The index holds terms that lead to messages and no text; what it says is checked against the texts.
CREATE VIRTUAL TABLE message_terms USING fts5 (
    terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_'"
);
-- By itself the index would put its pages together within some unlucky writer's transaction: it is done in steps instead.
INSERT INTO message_terms (message_terms, rank) VALUES ('automerge', 0);
INSERT INTO message_terms (message_terms, rank) VALUES ('crisismerge', 1000);

-- Up to which message the index has come, and how it takes texts apart: another way needs a new index.
CREATE TABLE search_mark (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    message_id INTEGER NOT NULL,
    folding    TEXT NOT NULL
) STRICT;
INSERT INTO search_mark (id, message_id, folding) VALUES (1, 0, '');

-- Messages that the index passed by, because nobody could see them, and that have an owner now.
CREATE TABLE search_due (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;

-- A contact's name, folded; NULL until the index has come by.
ALTER TABLE contact ADD COLUMN sought TEXT;
CREATE INDEX contact_unsought ON contact (id) WHERE sought IS NULL;
