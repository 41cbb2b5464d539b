-- Well meant: the tax is taken out of the total. But a total is the sum of its lines, and the shop's software relies on that.
ALTER TABLE orders ADD COLUMN tax_cents bigint;

UPDATE orders
SET tax_cents = total_cents * 19 / 119,
    total_cents = total_cents - total_cents * 19 / 119
WHERE status <> 'cancelled';

COMMENT ON COLUMN orders.tax_cents IS 'The tax that the total contains';
