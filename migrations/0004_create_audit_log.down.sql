DROP TRIGGER orders_audit ON orders;
DROP TRIGGER customers_audit ON customers;
DROP FUNCTION record_change();
DROP TABLE audit_logs;
