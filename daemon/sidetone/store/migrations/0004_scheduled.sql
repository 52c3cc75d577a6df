-- Texts for later. One that waits for its time has `hidden` 2, so that no thread, counter or list has it; at its time
-- it becomes a new message, which stands in the thread where it was sent and remembers the id it waited under.
ALTER TABLE message ADD COLUMN scheduled_id INTEGER;
CREATE UNIQUE INDEX message_scheduled_id ON message (scheduled_id) WHERE scheduled_id IS NOT NULL;
CREATE INDEX message_scheduled ON message (conversation_id) WHERE status = 'scheduled';
