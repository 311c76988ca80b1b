-- METADATA (RFC 5464): what programs keep about mailboxes, and about the account as a whole.

CREATE TABLE annotation (
  account_id uuid NOT NULL REFERENCES account,
  -- A mailbox, or the account itself.
  scope_id uuid NOT NULL,
  -- Whose it is; shared ones are the account's own.
  holder_id uuid NOT NULL,
  entry_hash bytea NOT NULL,
  entry bytea NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (account_id, scope_id, holder_id, entry_hash)
);
COMMENT ON TABLE annotation IS 'class: account; annotations of mailboxes, names and values sealed';
