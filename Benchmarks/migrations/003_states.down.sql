DROP INDEX invoice_unpaid;
ALTER TABLE invoice DROP COLUMN paid_at;
ALTER TABLE customer DROP COLUMN is_active;
