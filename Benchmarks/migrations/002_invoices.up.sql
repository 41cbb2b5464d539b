CREATE TABLE invoice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer (id),
    amount numeric(12, 2) NOT NULL CHECK (amount > 0),
    issued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invoice_customer ON invoice (customer_id, issued_at);
