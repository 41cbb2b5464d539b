ALTER TABLE customer DROP COLUMN created_at;
