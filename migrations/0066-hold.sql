-- A hold of a matter on a mailbox, beside the rows that keep each message: what is deleted while it
-- stands is kept in the very transaction that deletes it. The matter itself, who placed it and why, is
-- a sealed row of the directory's shape under the authority's MAC.

CREATE TABLE account_hold (
  account_id uuid NOT NULL REFERENCES account,
  matter_id uuid NOT NULL,
  received_from bigint,
  received_before bigint,
  placed_at bigint NOT NULL,
  PRIMARY KEY (account_id, matter_id)
);
COMMENT ON TABLE account_hold IS
  'class: account; a matter holds what the account received in a time, what it receives later included';

CREATE TABLE matter_hold (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'former')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'former'))
);
COMMENT ON TABLE matter_hold IS
  'class: reference; the matter parent_id holds mail of the account account_id, or did; lookup: both, while it does';
