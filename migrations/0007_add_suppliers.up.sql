CREATE TABLE suppliers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    country    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppliers_name_key UNIQUE (name),
    CONSTRAINT suppliers_country_shape CHECK (country ~ '^[A-Z]{2}$')
);

ALTER TABLE products ADD COLUMN supplier_id bigint;

-- In two steps: the first one checks new rows only, so its lock is short; the second one reads the table without
-- blocking writers.
ALTER TABLE products
    ADD CONSTRAINT products_supplier_id_fkey FOREIGN KEY (supplier_id) REFERENCES suppliers (id) NOT VALID;
ALTER TABLE products VALIDATE CONSTRAINT products_supplier_id_fkey;
