-- Whose fault a bad receipt says it is: an opt-out that came before the answer to its send must not be lost.
ALTER TABLE receipt ADD COLUMN kind TEXT NOT NULL DEFAULT '';
