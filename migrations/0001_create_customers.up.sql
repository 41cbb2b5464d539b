CREATE TABLE customers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL,
    full_name  text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customers_email_shape CHECK (email LIKE '_%@_%'),
    CONSTRAINT customers_full_name_given CHECK (full_name <> '')
);
