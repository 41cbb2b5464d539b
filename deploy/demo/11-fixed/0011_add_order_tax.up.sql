-- The total stays what it is; the tax is told beside it.
ALTER TABLE orders ADD COLUMN tax_cents bigint;

UPDATE orders SET tax_cents = total_cents * 19 / 119 WHERE status <> 'cancelled';

COMMENT ON COLUMN orders.tax_cents IS 'The tax that the total contains';
