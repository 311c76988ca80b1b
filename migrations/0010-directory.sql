-- The directory. All its tables have one shape, because all are read, verified and written by one
-- code path: ids, states and versions in clear, everything that tells who somebody is in `sealed`,
-- uniqueness by keyed look-up values, and a MAC over all other columns under the authority key.
-- A row is never deleted: it gets the state 'deleted' and gives its look-up value free, so that a
-- node that reads the rows above the version it has seen learns of every change.

CREATE TABLE reference_head (
  feed text PRIMARY KEY CHECK (feed IN ('directory', 'credential')),
  version bigint NOT NULL CHECK (version >= 0)
);
COMMENT ON TABLE reference_head IS
  'class: reference; the last version given in each feed; its row lock orders writers, so that versions appear in the order of their numbers';
INSERT INTO reference_head (feed, version) VALUES ('directory', 0), ('credential', 0);

CREATE TABLE department (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted')),
  CHECK (department_id = id)
);
COMMENT ON TABLE department IS 'class: reference; a department; department_id is its own id; lookup: its code';

CREATE TABLE domain (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
COMMENT ON TABLE domain IS 'class: reference; an address domain of a department; lookup: the domain';

CREATE TABLE person (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('active', 'suspended', 'left', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE person IS 'class: reference; a person, who signs in and has an account';

CREATE TABLE post (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
COMMENT ON TABLE post IS 'class: reference; an office with an account of its own; lookup: department and title';

CREATE TABLE post_holder (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES post (id),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE post_holder IS 'class: reference; a person who holds the post parent_id from a date to a date';

CREATE TABLE shared_mailbox (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE shared_mailbox IS 'class: reference; a mailbox that several people read';

CREATE TABLE shared_member (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES shared_mailbox (id),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
COMMENT ON TABLE shared_member IS 'class: reference; a persons rights in the shared mailbox parent_id; lookup: both';

CREATE TABLE list (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE list IS 'class: reference; a distribution list';

CREATE TABLE list_member (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL REFERENCES list (id),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
COMMENT ON TABLE list_member IS 'class: reference; an address in the list parent_id; lookup: both';

CREATE TABLE address (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL REFERENCES department (id),
  parent_id uuid NOT NULL,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'former', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL,
  CHECK ((lookup IS NULL) = (state = 'deleted'))
);
COMMENT ON TABLE address IS 'class: reference; an address, primary or alias, that leads to parent_id, or led there (former); lookup: the address';

CREATE INDEX post_holder_parent ON post_holder (parent_id);
CREATE INDEX shared_member_parent ON shared_member (parent_id);
CREATE INDEX list_member_parent ON list_member (parent_id);
CREATE INDEX address_parent ON address (parent_id);
