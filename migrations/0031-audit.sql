-- The outbox of the audit trail and the mail log. Everything that says who or what is sealed.

-- insert-only: the platform's role may INSERT and SELECT, never UPDATE or DELETE. Shipped partitions
-- are dropped by a role of their own. A node numbers its entries without gap within one run; the
-- bucket is a hash of the node, so that one chain stands whole and in order in one bucket.
CREATE TABLE audit_outbox (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  node_id text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  at bigint NOT NULL,
  entry bytea NOT NULL,
  -- The MAC of the entry before, committed or not: a crash in between leaves a gap, never a doubt.
  previous bytea NOT NULL CHECK (octet_length(previous) = 32),
  mac bytea NOT NULL CHECK (octet_length(mac) = 32),
  PRIMARY KEY (bucket, node_id, seq)
);
COMMENT ON TABLE audit_outbox IS
  'class: bucket; insert-only; sealed audit entries, numbered and MAC-chained per node';

-- One row is what one group commit gathered: a sealed list of mail log entries. Expired by time.
CREATE TABLE mail_log (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  last_at bigint NOT NULL,
  batch_id uuid NOT NULL,
  first_at bigint NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (bucket, last_at, batch_id)
);
COMMENT ON TABLE mail_log IS
  'class: bucket; sealed batches of the mail log: time, client, sender, recipients, size';
