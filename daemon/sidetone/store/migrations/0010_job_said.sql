-- What the last run of a job said; empty until it has run.
ALTER TABLE job ADD COLUMN said TEXT NOT NULL DEFAULT '';
