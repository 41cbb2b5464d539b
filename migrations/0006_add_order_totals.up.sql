ALTER TABLE orders ADD COLUMN total_cents bigint;

UPDATE orders
SET total_cents = lines.total
FROM (
    SELECT orders.id AS order_id, coalesce(sum(quantity * unit_price_cents), 0) AS total
    FROM orders
    LEFT JOIN order_lines ON order_lines.order_id = orders.id
    GROUP BY orders.id
) AS lines
WHERE lines.order_id = orders.id;

ALTER TABLE orders ALTER COLUMN total_cents SET DEFAULT 0;
ALTER TABLE orders ALTER COLUMN total_cents SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total_cents >= 0);

COMMENT ON COLUMN orders.total_cents IS 'Sum of the lines when the order was placed, in the smallest unit of the currency';
