-- What a second factor has shown last, so that it is not shown twice. The factors are credentials.
CREATE TABLE factor_use (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  credential_id uuid NOT NULL,
  last bigint NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (bucket, credential_id)
);
COMMENT ON TABLE factor_use IS
  'class: bucket; the last step of a code or counter of a passkey, which only rises; the row is under a MAC';
COMMENT ON TABLE credential IS
  'class: reference; a password, an app password, a second factor or the recovery codes of the person parent_id; lookup: the person, for what he has once, and a passkey by its name';
