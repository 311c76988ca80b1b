-- Who may sign in, and what the platform is allowed to do yet. A credential has the shape of the
-- directory's tables: it is read, verified and written by the same code path.

CREATE TABLE credential (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES person (id),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE credential IS
  'class: reference; a password or an app password of the person parent_id; lookup: the person, for his one password';

CREATE TABLE platform_state (
  version bigint PRIMARY KEY CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('founding', 'demo', 'founded')),
  changed_at bigint NOT NULL,
  statement text NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE platform_state IS
  'class: reference; insert-only; the states the platform went through, the highest version is the present one';

CREATE TABLE credential_use (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  credential_id uuid NOT NULL,
  used_hour_at bigint NOT NULL,
  PRIMARY KEY (bucket, credential_id)
);
COMMENT ON TABLE credential_use IS
  'class: bucket; when a credential was last used, to the hour, written in batches';

CREATE TABLE sign_in_failure (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  subject bytea NOT NULL CHECK (octet_length(subject) = 32),
  blocked_until_at bigint NOT NULL,
  PRIMARY KEY (bucket, subject)
);
CREATE INDEX sign_in_failure_recent ON sign_in_failure (bucket, blocked_until_at);
COMMENT ON TABLE sign_in_failure IS
  'class: bucket; an identity or a network that failed too often, by keyed value, until when; one row only after the threshold';

CREATE TABLE sign_in_known (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  subject bytea NOT NULL CHECK (octet_length(subject) = 32),
  seen_day_at bigint NOT NULL,
  PRIMARY KEY (bucket, subject)
);
COMMENT ON TABLE sign_in_known IS
  'class: bucket; an identity and a network it signed in from, by keyed value, to the day; its owner is not locked out there by strangers';
