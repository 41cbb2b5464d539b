ALTER TABLE customers ADD COLUMN email_verified_at timestamptz;

-- Accounts that share an address become one: the oldest keeps all orders.
UPDATE orders
SET customer_id = keepers.keeper_id
FROM (
    SELECT id, min(id) OVER (PARTITION BY email) AS keeper_id
    FROM customers
) AS keepers
WHERE keepers.id = orders.customer_id
    AND keepers.keeper_id <> orders.customer_id;

DELETE FROM customers
WHERE EXISTS (
    SELECT FROM customers AS older
    WHERE older.email = customers.email
        AND older.id < customers.id
);

ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);

COMMENT ON COLUMN customers.email_verified_at IS 'When the customer followed the link in the welcome mail';
