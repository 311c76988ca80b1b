-- What people want done with their mail (RFC 5228). Its shape is the directory's: a row that somebody
-- inserted here, or an old one put back, does nothing.

CREATE TABLE filter (
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
CREATE INDEX filter_account ON filter (account_id);
COMMENT ON TABLE filter IS
  'class: reference; scripts of account_id; parent_id: the owner or holder who set it in force; lookup: account and name';

-- Who was answered, and which messages a script has met before: keyed hashes, each until its time.

CREATE TABLE remembered (
  account_id uuid NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  until_at bigint NOT NULL,
  PRIMARY KEY (account_id, digest)
);
CREATE INDEX remembered_until ON remembered (until_at);
COMMENT ON TABLE remembered IS 'class: account; digest is met again before until_at';
