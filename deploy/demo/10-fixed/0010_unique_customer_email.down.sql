-- The schema goes back. Accounts that were merged stay merged: audit_logs holds what was deleted.
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
ALTER TABLE customers DROP COLUMN email_verified_at;
