-- What the directories know, copied here, so that a name is there at once and without its source.
CREATE TABLE directory (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,        -- of its section
    label     TEXT NOT NULL,               -- what people call it
    place     INTEGER NOT NULL,            -- among the sections: the first that knows a number names it
    setup     TEXT NOT NULL DEFAULT '',    -- what its section said when `token` was given, as a hash
    token     TEXT,                        -- where the next sync goes on; NULL: from the beginning
    synced_at INTEGER                      -- when it was last read to its end
) STRICT;

CREATE TABLE directory_contact (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    directory_id INTEGER NOT NULL REFERENCES directory (id),
    external_id  TEXT NOT NULL,            -- the source's own
    print        TEXT NOT NULL,            -- of all that follows, as a hash
    owner        TEXT NOT NULL,            -- the user who alone may see it; empty: everybody
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    company      TEXT NOT NULL,
    department   TEXT NOT NULL,
    job          TEXT NOT NULL,
    emails       TEXT NOT NULL,            -- one a line
    url          TEXT NOT NULL,
    modified     INTEGER,
    sought       TEXT NOT NULL,            -- names, folded
    UNIQUE (directory_id, external_id)
) STRICT;
-- Far from the ids of personal contacts, so that an id says whose contact it is.
INSERT INTO sqlite_sequence (name, seq) VALUES ('directory_contact', 1099511627776);

CREATE TABLE directory_number (
    id           INTEGER PRIMARY KEY,
    contact_id   INTEGER NOT NULL REFERENCES directory_contact (id) ON DELETE CASCADE,
    directory_id INTEGER NOT NULL,
    owner        TEXT NOT NULL,            -- the contact's
    position     INTEGER NOT NULL,
    value        TEXT NOT NULL,            -- E.164
    extension    TEXT NOT NULL,
    type         TEXT NOT NULL,
    shown        TEXT NOT NULL DEFAULT '', -- the name of whoever texts from it; empty: this row names nobody
    others       INTEGER NOT NULL DEFAULT 0 -- how many more of this directory have the number
) STRICT;
CREATE INDEX directory_number_value ON directory_number (value, directory_id);
CREATE INDEX directory_number_contact ON directory_number (contact_id, position);

CREATE VIRTUAL TABLE directory_terms USING fts5(
    terms, columnsize=0, detail=none, tokenize="ascii tokenchars '_'"
);
