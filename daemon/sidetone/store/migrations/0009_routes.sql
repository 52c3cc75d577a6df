-- Texts that left from another number than their conversation's: where the answers to it belong.
CREATE TABLE fallback (
    number_id       INTEGER NOT NULL REFERENCES number (id),   -- what they left from
    party_id        INTEGER NOT NULL REFERENCES party (id),
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    at              INTEGER NOT NULL,                          -- the last one
    PRIMARY KEY (number_id, party_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fallback_conversation ON fallback (conversation_id);
