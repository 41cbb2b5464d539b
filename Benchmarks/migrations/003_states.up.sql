ALTER TABLE customer ADD COLUMN is_active boolean NOT NULL DEFAULT true;
ALTER TABLE invoice ADD COLUMN paid_at timestamptz;
CREATE INDEX invoice_unpaid ON invoice (issued_at) WHERE paid_at IS NULL;
