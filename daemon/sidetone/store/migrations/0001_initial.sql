-- The house's first schema. Times are integer milliseconds UTC, ids 64-bit integers.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE journal_counter (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch TEXT NOT NULL,
    seq   INTEGER NOT NULL
) STRICT;

CREATE TABLE journal (
    seq         INTEGER PRIMARY KEY,
    type        TEXT NOT NULL,
    audience    TEXT NOT NULL CHECK (audience IN ('conversation', 'user', 'admins')),
    audience_id INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TABLE "user" (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('user', 'supervisor', 'admin')),
    rights        TEXT NOT NULL DEFAULT '',   -- what the role does not give, separated by spaces
    extension     TEXT,
    country       TEXT,                       -- NULL: the daemon's default_country
    site          TEXT,
    settings      TEXT NOT NULL DEFAULT '{}',
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,          -- SHA-256; the token itself is nowhere
    kind       TEXT NOT NULL CHECK (kind IN ('cookie', 'bearer')),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL               -- absolute; the idle limit counts from seen_at
) STRICT;
CREATE INDEX session_user ON session (user_id);

CREATE TABLE party (
    id    INTEGER PRIMARY KEY,
    kind  TEXT NOT NULL CHECK (kind IN ('e164', 'short', 'alpha')),
    value TEXT NOT NULL,
    UNIQUE (kind, value)
) STRICT;

CREATE TABLE number (
    id         INTEGER PRIMARY KEY,
    e164       TEXT NOT NULL UNIQUE,
    label      TEXT NOT NULL DEFAULT '',
    owner_kind TEXT NOT NULL DEFAULT 'none' CHECK (owner_kind IN ('none', 'user', 'service')),
    owner_id   INTEGER NOT NULL DEFAULT 0,    -- 0 while nobody owns it
    carrier    TEXT NOT NULL,                 -- its home carrier
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX number_owner ON number (owner_kind, owner_id);

CREATE TABLE conversation (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('sms', 'chat')),
    owner_kind TEXT NOT NULL,
    owner_id   INTEGER NOT NULL,
    number_id  INTEGER REFERENCES number (id),
    party_id   INTEGER REFERENCES party (id),
    created_at INTEGER NOT NULL,
    activity   INTEGER NOT NULL DEFAULT 0,    -- its newest message; 0: unlisted until its first one
    UNIQUE (owner_kind, owner_id, number_id, party_id)
) STRICT;
CREATE INDEX conversation_unlisted ON conversation (created_at) WHERE activity = 0;
CREATE INDEX conversation_party ON conversation (party_id);
CREATE INDEX conversation_number ON conversation (number_id);

CREATE TABLE participant (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    user_id         INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    role            TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator')),
    joined_at       INTEGER NOT NULL,
    activity        INTEGER NOT NULL DEFAULT 0,   -- as in conversation; 0 hides it from this user's list
    read_up_to      INTEGER NOT NULL DEFAULT 0,
    unread          INTEGER NOT NULL DEFAULT 0,
    cleared_up_to   INTEGER NOT NULL DEFAULT 0,   -- deleted for this user: older messages are not shown
    favourite       INTEGER NOT NULL DEFAULT 0,
    muted           INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_list ON participant (user_id, activity);

CREATE TABLE message (
    id              INTEGER PRIMARY KEY,
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
    correlation     TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deadline_at     INTEGER                   -- when its present status ends by itself
) STRICT;
CREATE INDEX message_thread ON message (conversation_id, id);
CREATE UNIQUE INDEX message_inbound ON message (carrier, carrier_id)
    WHERE direction = 'inbound' AND carrier_id IS NOT NULL;
CREATE INDEX message_deadline ON message (deadline_at) WHERE deadline_at IS NOT NULL;

CREATE TABLE message_body (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    body       TEXT NOT NULL,
    key_id     INTEGER                        -- the key that will seal it; NULL: in the clear
) STRICT;

CREATE TABLE outbox (
    message_id      INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL,
    carrier         TEXT NOT NULL,
    priority        INTEGER NOT NULL DEFAULT 0,
    not_before      INTEGER NOT NULL,
    valid_until     INTEGER NOT NULL,
    round           INTEGER NOT NULL,
    job             INTEGER,
    tries           INTEGER NOT NULL DEFAULT 0,
    attempt_id      INTEGER                   -- not NULL: claimed, in a carrier's hands
) STRICT;
CREATE INDEX outbox_due ON outbox (carrier, not_before) WHERE attempt_id IS NULL;
CREATE INDEX outbox_claimed ON outbox (attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX outbox_order ON outbox (conversation_id, message_id);

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    message_id  INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    round       INTEGER NOT NULL,
    carrier     TEXT NOT NULL,
    reference   TEXT NOT NULL UNIQUE,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT,
    kind        TEXT NOT NULL DEFAULT '',
    code        TEXT NOT NULL DEFAULT '',
    text        TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempt_message ON attempt (message_id);

CREATE TABLE part (
    id         INTEGER PRIMARY KEY,
    attempt_id INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    carrier    TEXT NOT NULL,
    carrier_id TEXT,
    status     TEXT NOT NULL
) STRICT;
CREATE INDEX part_attempt ON part (attempt_id);
CREATE INDEX part_identity ON part (carrier, carrier_id);

CREATE TABLE receipt (
    id          INTEGER PRIMARY KEY,
    carrier     TEXT NOT NULL,
    carrier_id  TEXT NOT NULL,
    status      TEXT NOT NULL,
    code        TEXT NOT NULL,
    text        TEXT NOT NULL,
    carrier_at  INTEGER,
    received_at INTEGER NOT NULL,
    times       INTEGER NOT NULL DEFAULT 1,
    part_id     INTEGER REFERENCES part (id) ON DELETE CASCADE,   -- NULL: came before the answer, kept 24 h
    UNIQUE (carrier, carrier_id, status, code)
) STRICT;
CREATE INDEX receipt_part ON receipt (part_id);
CREATE INDEX receipt_unmatched ON receipt (received_at) WHERE part_id IS NULL;

CREATE TABLE misunderstood (
    id           INTEGER PRIMARY KEY,
    carrier      TEXT NOT NULL,
    content_type TEXT NOT NULL,
    raw          BLOB NOT NULL,
    reason       TEXT NOT NULL,
    received_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE contact (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_user ON contact (user_id, id);

CREATE TABLE contact_number (
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    party_id   INTEGER NOT NULL REFERENCES party (id),
    type       TEXT NOT NULL,
    PRIMARY KEY (contact_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_number_party ON contact_number (party_id);

CREATE TABLE idempotency (
    user_id     INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,                -- keyed hash of the request; never a body
    subject_id  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE plugin_value (
    plugin TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  BLOB NOT NULL,
    PRIMARY KEY (plugin, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    name   TEXT PRIMARY KEY,
    ran_at INTEGER NOT NULL
) STRICT;
