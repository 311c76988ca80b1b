-- What the admin API keeps: calls that may be repeated, and the sessions behind its tokens.

-- `print` is a keyed digest of what was asked, `answer` is sealed.
CREATE TABLE kept_call (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  print bytea NOT NULL CHECK (octet_length(print) = 32),
  state text NOT NULL CHECK (state IN ('begun', 'committed', 'answered')),
  answer bytea,
  started_at bigint NOT NULL,
  PRIMARY KEY (bucket, key),
  CHECK (answer IS NULL OR state = 'answered')
);
COMMENT ON TABLE kept_call IS
  'class: bucket; calls of the admin API made with an idempotency key, kept for a day, by keyed value';

-- The token itself is nowhere: `key` is a keyed digest of it.
CREATE TABLE admin_session (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  sealed bytea NOT NULL,
  used_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (bucket, key)
);
CREATE INDEX admin_session_person ON admin_session (bucket, person_id);
COMMENT ON TABLE admin_session IS
  'class: bucket; sessions behind the tokens of the admin API: what they rest on is sealed, the row is under a MAC';
