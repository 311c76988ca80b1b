-- What who writes to an account is answered while its owner or holder is away (RFC 8621 §8). Its shape is
-- the directory's: a row that somebody inserted here, or an old one put back, answers nobody.

CREATE TABLE vacation (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
CREATE INDEX vacation_account ON vacation (account_id);
COMMENT ON TABLE vacation IS
  'class: reference; the answer of account_id; parent_id: the owner or holder who said so; lookup: account';
