-- Who holds which role, and whom an owner let into his mail. Both have the shape of the directory's
-- tables, because they are read, verified and written by the same code path: whoever inserts a row
-- here has made a row that nobody believes.

CREATE TABLE role_grant (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES person (id),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
CREATE INDEX role_grant_parent ON role_grant (parent_id);
COMMENT ON TABLE role_grant IS
  'class: reference; a role of the person parent_id from a date to a date; department_id: his own when it was given; lookup: person, role and department it is for';

CREATE TABLE delegation (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES person (id),
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
CREATE INDEX delegation_parent ON delegation (parent_id);
CREATE INDEX delegation_account ON delegation (account_id);
COMMENT ON TABLE delegation IS
  'class: reference; the person parent_id may do something in the account account_id until a date; department_id: the owners when it was given; lookup: account, mailbox and person';

