-- To how many recipients an account and its department wrote in a minute, for all processes of all nodes together.
-- Who it is is a keyed hash; rows go after an hour.

CREATE TABLE sending_count (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  -- Minutes since 1970.
  minute integer NOT NULL,
  recipients bigint NOT NULL CHECK (recipients >= 0),
  -- Of them, those of other systems.
  external bigint NOT NULL CHECK (external >= 0),
  PRIMARY KEY (bucket, key, minute)
) WITH (fillfactor = 70);
COMMENT ON TABLE sending_count IS
  'class: bucket; to how many recipients who wrote in a minute, for the limits of sending';
