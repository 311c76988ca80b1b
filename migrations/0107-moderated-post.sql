-- What waits for the moderator of a list, sealed. Who sends the same again within its wait has sent it once.

CREATE TABLE moderated_post (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  post_id uuid NOT NULL,
  list_id uuid NOT NULL,
  -- HMAC of the message and its reverse-path.
  sameness bytea NOT NULL,
  octets bigint NOT NULL CHECK (octets >= 0),
  waiting_since bigint NOT NULL,
  expires_at bigint NOT NULL,
  facts bytea NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (bucket, post_id),
  UNIQUE (list_id, sameness)
);
CREATE INDEX moderated_post_due ON moderated_post (expires_at);
-- Sealed and compressed already: PostgreSQL need not try again.
ALTER TABLE moderated_post ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE moderated_post IS
  'class: bucket; a message that waits for the moderator of a list: sealed facts and content';
