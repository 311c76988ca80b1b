-- What somebody is told when others' rights for him change (RFC 9670 §3). Its shape is the directory's: a row
-- that somebody inserted here tells nobody anything.

CREATE TABLE share_notice (
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
CREATE INDEX share_notice_parent ON share_notice (parent_id);
COMMENT ON TABLE share_notice IS
  'class: reference; rights in account_id changed for the person parent_id; lookup: its id';
