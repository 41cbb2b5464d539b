ALTER TABLE customer ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
