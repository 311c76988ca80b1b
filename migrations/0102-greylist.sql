-- Who was seen bringing mail, and since when (RFC 6647): a keyed hash each, of a network, a reverse-path and a
-- recipient, or of a domain that stands behind its mail. Nobody's address is in it. Who deletes rows here makes
-- honest senders wait once more; who inserts some would have to know the platform's key.

CREATE TABLE greylist (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  first_at bigint NOT NULL,
  -- Forgotten after it.
  until bigint NOT NULL,
  PRIMARY KEY (bucket, key)
);
COMMENT ON TABLE greylist IS
  'class: bucket; keyed hashes of who was seen bringing mail to whom, for some weeks';
