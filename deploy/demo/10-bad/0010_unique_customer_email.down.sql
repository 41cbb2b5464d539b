ALTER TABLE customers DROP CONSTRAINT customers_email_key;
ALTER TABLE customers DROP COLUMN email_verified_at;
