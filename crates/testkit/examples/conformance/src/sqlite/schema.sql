-- The tables of the chat server.
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 3071),
    request_mode TEXT NOT NULL DEFAULT 'confirm'
        CHECK (request_mode IN ('anyone', 'confirm', 'nobody')),
    barred INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1))
);
CREATE TABLE blocks (
    owner INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    entry INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (owner, entry),
    CHECK (owner <> entry)
) WITHOUT ROWID;
CREATE TABLE friends (
    owner INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    entry INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (owner, entry),
    CHECK (owner <> entry)
) WITHOUT ROWID;
CREATE TABLE requests (
    sender INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    recipient INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (sender, recipient),
    CHECK (sender <> recipient)
) WITHOUT ROWID;
CREATE UNIQUE INDEX one_request_a_pair
    ON requests (min(sender, recipient), max(sender, recipient));
CREATE INDEX requests_by_recipient ON requests (recipient);
-- For removing a user from the lists of others, which the primary keys do not find.
CREATE INDEX blocks_by_entry ON blocks (entry);
CREATE INDEX friends_by_entry ON friends (entry);
CREATE TABLE limits (blocked INTEGER, friends INTEGER, requests_in INTEGER);
