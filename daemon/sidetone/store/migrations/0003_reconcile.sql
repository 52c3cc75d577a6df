-- Up to when a carrier's list of inbound texts has been read through for a number.
CREATE TABLE reconciled (
    carrier   TEXT NOT NULL,
    number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    PRIMARY KEY (carrier, number_id)
) STRICT, WITHOUT ROWID;
