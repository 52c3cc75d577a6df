-- Who signed in, and what was done by an admin's right or at the command line: names, ids and words, never a text, a
-- password or a secret. `user_id` is no reference: a row says what was true then.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    user_id    INTEGER,                    -- NULL: nobody who is signed in
    name       TEXT NOT NULL,              -- of the user, or of the system's user at the command line
    uid        INTEGER,                    -- of the system, for the command line
    address    TEXT NOT NULL,
    act        TEXT NOT NULL,
    kind       TEXT NOT NULL,              -- what it is about
    subject_id INTEGER,
    subject    TEXT NOT NULL,
    words      TEXT NOT NULL
) STRICT;
CREATE INDEX audit_age ON audit (at);

-- Holds a row only inside the clean-up's transaction: what is older than `before` may go.
CREATE TABLE audit_gate (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    before INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_is_added_to BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit a WHERE a.id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are only ever added');
END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are only ever added');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
    WHEN OLD.at >= coalesce((SELECT g.before FROM audit_gate g), OLD.at)
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are only ever added');
END;
CREATE TRIGGER audit_gate_keeps_a_month BEFORE INSERT ON audit_gate
    WHEN NEW.before > (SELECT a.at FROM audit a ORDER BY a.id DESC LIMIT 1) - 2592000000
BEGIN
    SELECT RAISE(ABORT, 'a month of the audit always stays');
END;
CREATE TRIGGER audit_gate_is_not_moved BEFORE UPDATE ON audit_gate
BEGIN
    SELECT RAISE(ABORT, 'a month of the audit always stays');
END;
