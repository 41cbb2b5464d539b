-- The one row that nobody remembers: Ada signed up a second time, years ago, and ordered from that account too.
WITH second_account AS (
    INSERT INTO customers (email, full_name) VALUES ('ada@example.com', 'A. Moreau') RETURNING id
)
INSERT INTO orders (customer_id, status, total_cents)
SELECT id, 'pending', 890 FROM second_account;
