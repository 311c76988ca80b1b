-- Sessions of people in a browser. The cookie itself is nowhere: `key` is a keyed digest of it.
CREATE TABLE web_session (
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
CREATE INDEX web_session_person ON web_session (bucket, person_id);
CREATE INDEX web_session_used ON web_session (bucket, used_at);
COMMENT ON TABLE web_session IS
  'class: bucket; sessions behind the cookies of browsers: what they rest on is sealed, the row is under a MAC';

-- A sign-in that has more than one step, between two of them; each row is taken once. What a
-- provider, a passkey or a mail program sends back must belong to what this platform asked for.
CREATE TABLE sign_in_step (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  sealed bytea NOT NULL,
  expires_at bigint NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (bucket, key)
);
CREATE INDEX sign_in_step_expired ON sign_in_step (bucket, expires_at);
COMMENT ON TABLE sign_in_step IS
  'class: bucket; steps of sign-ins that are not over, for minutes, by keyed digest; sealed, the row is under a MAC';
