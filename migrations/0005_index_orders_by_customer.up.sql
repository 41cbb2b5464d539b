-- Alone in its file: it cannot run inside a transaction, and it does not block writes to orders.
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC);
