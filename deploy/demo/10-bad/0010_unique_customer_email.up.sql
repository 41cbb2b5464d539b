-- Written in good faith: on most databases no two customers share an address.
ALTER TABLE customers ADD COLUMN email_verified_at timestamptz;

ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);

COMMENT ON COLUMN customers.email_verified_at IS 'When the customer followed the link in the welcome mail';
