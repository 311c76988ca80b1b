-- The key hierarchy: master (never in the database) -> platform keys and department keys -> account
-- keys -> epoch keys. Every key is wrapped under the one above it and bound to its own row; whoever
-- can write here can lose keys, never read or replace them.
--
-- States: active (wraps or seals), retired (opens only), destroyed (the wrapped key is gone; the row
-- stays as the record that it was).

CREATE TABLE platform_key (
  key_id bytea PRIMARY KEY CHECK (octet_length(key_id) = 8),
  purpose text NOT NULL,
  generation integer NOT NULL CHECK (generation > 0),
  master_id text NOT NULL,
  wrapped bytea,
  state text NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
  created_at bigint NOT NULL,
  activated_at bigint NOT NULL,
  retired_at bigint,
  UNIQUE (purpose, generation),
  CHECK ((state = 'destroyed') = (wrapped IS NULL)),
  CHECK ((state = 'active') = (retired_at IS NULL))
);
COMMENT ON TABLE platform_key IS
  'class: reference; keys of the platform itself, by purpose, wrapped under the master key';

CREATE TABLE department_key (
  key_id bytea PRIMARY KEY CHECK (octet_length(key_id) = 8),
  department_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('wrap', 'data')),
  generation integer NOT NULL CHECK (generation > 0),
  master_id text NOT NULL,
  wrapped bytea,
  state text NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
  created_at bigint NOT NULL,
  activated_at bigint NOT NULL,
  retired_at bigint,
  UNIQUE (department_id, purpose, generation),
  CHECK ((state = 'destroyed') = (wrapped IS NULL)),
  CHECK ((state = 'active') = (retired_at IS NULL))
);
CREATE UNIQUE INDEX department_key_active ON department_key (department_id, purpose)
  WHERE state = 'active';
COMMENT ON TABLE department_key IS
  'class: reference; keys of a department (wrap: its account keys; data: its own values), wrapped under the master key';

CREATE TABLE account_key (
  account_id uuid NOT NULL,
  key_id bytea NOT NULL CHECK (octet_length(key_id) = 8),
  department_id uuid NOT NULL,
  wrapping_key_id bytea NOT NULL REFERENCES department_key (key_id),
  wrapped bytea,
  state text NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
  created_at bigint NOT NULL,
  activated_at bigint NOT NULL,
  retired_at bigint,
  PRIMARY KEY (account_id, key_id),
  CHECK ((state = 'destroyed') = (wrapped IS NULL)),
  CHECK ((state = 'active') = (retired_at IS NULL))
);
CREATE UNIQUE INDEX account_key_active ON account_key (account_id) WHERE state = 'active';
COMMENT ON TABLE account_key IS
  'class: account; the account''s key, wrapped under its department''s key';

CREATE TABLE epoch_key (
  account_id uuid NOT NULL,
  epoch integer NOT NULL CHECK (epoch = 0 OR epoch BETWEEN 200001 AND 999912),
  key_id bytea NOT NULL CHECK (octet_length(key_id) = 8),
  wrapping_key_id bytea NOT NULL,
  wrapped bytea,
  state text NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
  created_at bigint NOT NULL,
  activated_at bigint NOT NULL,
  retired_at bigint,
  PRIMARY KEY (account_id, epoch),
  UNIQUE (account_id, key_id),
  FOREIGN KEY (account_id, wrapping_key_id) REFERENCES account_key (account_id, key_id),
  CHECK ((state = 'destroyed') = (wrapped IS NULL)),
  CHECK ((state = 'active') = (retired_at IS NULL))
);
COMMENT ON TABLE epoch_key IS
  'class: account; one key a month (202601), under which content keys are wrapped; epoch 0 is the account''s standing key for its own names and look-up values';
