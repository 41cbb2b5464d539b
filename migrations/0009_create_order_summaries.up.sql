CREATE VIEW order_summaries AS
SELECT
    orders.id AS order_id,
    customers.full_name AS customer,
    orders.status,
    orders.placed_at,
    orders.total_cents,
    coalesce(sum(payments.amount_cents), 0)::bigint AS paid_cents,
    orders.total_cents - coalesce(sum(payments.amount_cents), 0)::bigint AS open_cents
FROM orders
JOIN customers ON customers.id = orders.customer_id
LEFT JOIN payments ON payments.order_id = orders.id
GROUP BY orders.id, customers.full_name;

COMMENT ON VIEW order_summaries IS 'One row per order with what was paid; what the support desk reads';
