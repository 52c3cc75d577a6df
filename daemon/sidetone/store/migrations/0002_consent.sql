-- Consent and clean-up. What is deleted must never lend its id to something new: `message` and `conversation` are made
-- anew so that SQLite does not give an id twice.

CREATE TABLE conversation_anew (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          TEXT NOT NULL CHECK (kind IN ('sms', 'chat')),
    owner_kind    TEXT NOT NULL,
    owner_id      INTEGER NOT NULL,
    number_id     INTEGER REFERENCES number (id),
    party_id      INTEGER REFERENCES party (id),
    created_at    INTEGER NOT NULL,
    activity      INTEGER NOT NULL DEFAULT 0,    -- its newest message; 0: unlisted until its first one
    maybe_opt_out INTEGER,                       -- a message that a person must read: may it mean STOP? NULL: none
    UNIQUE (owner_kind, owner_id, number_id, party_id)
) STRICT;
INSERT INTO conversation_anew (id, kind, owner_kind, owner_id, number_id, party_id, created_at, activity)
    SELECT id, kind, owner_kind, owner_id, number_id, party_id, created_at, activity FROM conversation;
DROP TABLE conversation;
ALTER TABLE conversation_anew RENAME TO conversation;
CREATE INDEX conversation_unlisted ON conversation (created_at) WHERE activity = 0;
CREATE INDEX conversation_party ON conversation (party_id);
CREATE INDEX conversation_number ON conversation (number_id);

CREATE TABLE message_anew (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    direction       TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    author_id       INTEGER REFERENCES "user" (id),
    client_id       TEXT,
    status          TEXT NOT NULL,
    round           INTEGER NOT NULL DEFAULT 1,
    encoding        TEXT NOT NULL,
    segments        INTEGER NOT NULL,
    number_id       INTEGER NOT NULL REFERENCES number (id),   -- what it really left by or came to
    carrier         TEXT NOT NULL,
    carrier_id      TEXT,                     -- inbound: the carrier's id; outbound ids belong to parts
    carrier_at      INTEGER,
    problem_kind    TEXT NOT NULL DEFAULT '',
    problem_code    TEXT NOT NULL DEFAULT '',
    problem_text    TEXT NOT NULL DEFAULT '',
    flags           TEXT NOT NULL DEFAULT '', -- separated by spaces
    hidden          INTEGER NOT NULL DEFAULT 0, -- 1: from a party that the owner has blocked
    correlation     TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deadline_at     INTEGER                   -- when its present status ends by itself
) STRICT;
INSERT INTO message_anew (id, conversation_id, direction, author_id, client_id, status, round, encoding, segments,
                          number_id, carrier, carrier_id, carrier_at, problem_kind, problem_code, problem_text, flags,
                          correlation, created_at, updated_at, deadline_at)
    SELECT id, conversation_id, direction, author_id, client_id, status, round, encoding, segments,
           number_id, carrier, carrier_id, carrier_at, problem_kind, problem_code, problem_text, flags,
           correlation, created_at, updated_at, deadline_at FROM message;
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_thread ON message (conversation_id, id);
CREATE UNIQUE INDEX message_inbound ON message (carrier, carrier_id)
    WHERE direction = 'inbound' AND carrier_id IS NOT NULL;
CREATE INDEX message_deadline ON message (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX message_age ON message (created_at);
CREATE INDEX attempt_age ON attempt (started_at);
CREATE INDEX misunderstood_age ON misunderstood (received_at);

-- Who must not be texted, since when and by what; one that is lifted stays as history. No row is ever deleted.
CREATE TABLE opt_out (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    number_id    INTEGER REFERENCES number (id),    -- NULL: from any number of the company
    party_id     INTEGER NOT NULL REFERENCES party (id),
    source       TEXT NOT NULL CHECK (source IN ('keyword', 'carrier', 'user', 'admin', 'import')),
    wording      TEXT NOT NULL DEFAULT '',          -- the word they texted, the carrier's words, or a person's reason
    carrier      TEXT NOT NULL DEFAULT '',          -- what it came through, or who said so
    message_id   INTEGER,                           -- the text that said so, which may be gone
    made_by      INTEGER REFERENCES "user" (id),
    created_at   INTEGER NOT NULL,
    lifted_at    INTEGER,
    lifted_by    INTEGER REFERENCES "user" (id),    -- NULL: the party itself, by a word
    lift_wording TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX opt_out_in_force ON opt_out (party_id, coalesce(number_id, 0)) WHERE lifted_at IS NULL;
CREATE INDEX opt_out_party ON opt_out (party_id);

-- When a word was answered: two machines must not answer each other for ever.
CREATE TABLE word_reply (
    id        INTEGER PRIMARY KEY,
    number_id INTEGER NOT NULL REFERENCES number (id),
    party_id  INTEGER NOT NULL REFERENCES party (id),
    word      TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX word_reply_pair ON word_reply (party_id, number_id);
CREATE INDEX word_reply_age ON word_reply (at);

-- Whom a user does not want to hear from.
CREATE TABLE block (
    user_id    INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    party_id   INTEGER NOT NULL REFERENCES party (id),
    source     TEXT NOT NULL CHECK (source IN ('menu', 'word')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, party_id)
) STRICT, WITHOUT ROWID;

-- What must be kept although its time is over: one conversation, or everything with one party.
CREATE TABLE legal_hold (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER,
    party_id        INTEGER REFERENCES party (id),
    reason          TEXT NOT NULL,
    made_by         INTEGER REFERENCES "user" (id),
    created_at      INTEGER NOT NULL,
    lifted_at       INTEGER,
    lifted_by       INTEGER REFERENCES "user" (id),
    CHECK ((conversation_id IS NULL) <> (party_id IS NULL))
) STRICT;
CREATE INDEX legal_hold_conversation ON legal_hold (conversation_id) WHERE lifted_at IS NULL;
CREATE INDEX legal_hold_party ON legal_hold (party_id) WHERE lifted_at IS NULL;

-- Texts that came in and are gone on purpose: whoever brings one again has brought nothing new.
CREATE TABLE forgotten (
    carrier    TEXT NOT NULL,
    carrier_id TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (carrier, carrier_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_age ON forgotten (at);

-- What each clean-up did, or would have done.
CREATE TABLE retention_run (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    dry        INTEGER NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('done', 'stopped', 'refused')),
    report     TEXT NOT NULL,                       -- JSON: counts and sentences, never a text or a number
    asked_by   INTEGER REFERENCES "user" (id)
) STRICT;
