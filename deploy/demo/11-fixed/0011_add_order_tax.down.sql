ALTER TABLE orders DROP COLUMN tax_cents;
