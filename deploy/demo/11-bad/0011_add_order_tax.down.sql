UPDATE orders SET total_cents = total_cents + tax_cents WHERE tax_cents IS NOT NULL;
ALTER TABLE orders DROP COLUMN tax_cents;
