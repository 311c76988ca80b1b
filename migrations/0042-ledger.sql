-- Who opened an account that is not his: one row for each audit entry of that kind, written in its
-- transaction. Numbered without gap in each account, so that a row taken away shows.
CREATE TABLE ledger (
  account_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  at bigint NOT NULL,
  sealed bytea NOT NULL,
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  PRIMARY KEY (account_id, seq)
);
COMMENT ON TABLE ledger IS
  'class: account; insert-only; who did what in this account without being its owner, for its owner';
