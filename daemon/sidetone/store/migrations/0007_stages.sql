-- When a text that came in passed each stage (ms): the last two are written behind it, and NULL is not known, or not yet.
ALTER TABLE message ADD COLUMN received_at INTEGER;  -- its carrier called us, or we read it there
ALTER TABLE message ADD COLUMN pushed_at INTEGER;    -- an open screen was given it
ALTER TABLE message ADD COLUMN shown_at INTEGER;     -- a user had read it
