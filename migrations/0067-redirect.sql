-- Where the mail of a person, a post or a shared mailbox is sent on to. Its shape is the directory's: a
-- row that somebody inserted here sends nothing on.

CREATE TABLE redirect (
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
CREATE INDEX redirect_account ON redirect (account_id);
COMMENT ON TABLE redirect IS
  'class: reference; mail of account_id is sent on to another address as well; parent_id: the owner or holder who set it himself; lookup: account and address';
