CREATE TABLE payments (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id           bigint NOT NULL REFERENCES orders (id),
    method             text NOT NULL,
    provider_reference text NOT NULL,
    amount_cents       bigint NOT NULL,
    received_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_provider_reference_key UNIQUE (method, provider_reference),
    CONSTRAINT payments_method_known CHECK (method IN ('card', 'transfer', 'invoice')),
    CONSTRAINT payments_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX payments_order_id_idx ON payments (order_id);

CREATE TRIGGER payments_audit
    AFTER INSERT OR UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION record_change();
