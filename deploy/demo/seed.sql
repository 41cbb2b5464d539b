-- A few weeks in the life of a small shop, for databases at version 9.
INSERT INTO suppliers (name, country) VALUES
    ('Nordlicht Papier', 'DE'),
    ('Ferro & Figli', 'IT');

INSERT INTO products (sku, name, price_cents, supplier_id) VALUES
    ('NOTE-A5', 'Notebook A5, dotted', 890, 1),
    ('NOTE-A4', 'Notebook A4, blank', 1290, 1),
    ('PEN-INK', 'Fountain pen', 4900, 2),
    ('INK-BLUE', 'Ink, royal blue', 750, 2);

INSERT INTO customers (email, full_name) VALUES
    ('ada@example.com', 'Ada Moreau'),
    ('bela@example.com', 'Béla Horváth'),
    ('chioma@example.com', 'Chioma Eze'),
    ('dmitri@example.com', 'Dmitri Volkov');

INSERT INTO orders (customer_id, status, total_cents) VALUES
    (1, 'shipped', 5650),
    (2, 'paid', 1780),
    (3, 'pending', 4900);

INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents) VALUES
    (1, 1, 3, 1, 4900),
    (1, 2, 4, 1, 750),
    (2, 1, 1, 2, 890),
    (3, 1, 3, 1, 4900);

INSERT INTO payments (order_id, method, provider_reference, amount_cents) VALUES
    (1, 'card', 'pi_1001', 5650),
    (2, 'transfer', 'tr_2002', 1780);
