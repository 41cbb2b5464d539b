ALTER TABLE products DROP COLUMN supplier_id;
DROP TABLE suppliers;
