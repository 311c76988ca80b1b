-- Two people: requests and what follows from them. The tables of the feed have the shape of the
-- directory's, because they are read, verified and written by the same code path: a row is believed
-- only with its MAC over all columns and its version, and the feed must add up.

ALTER TABLE reference_head DROP CONSTRAINT reference_head_feed_check;
INSERT INTO reference_head (feed, version) VALUES ('approval', 0);

CREATE TABLE approval (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE approval IS
  'class: reference; a request for an act that needs two people, what became of it is sealed; parent_id: who asked; lookup: who, act and input, while it is open';

CREATE TABLE standing_consent (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE standing_consent IS
  'class: reference; consent the owner or holder parent_id gave beforehand, until a date';

CREATE TABLE disclosure_delay (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE disclosure_delay IS
  'class: reference; until when what the examiner parent_id does in an account is kept from its ledger';

CREATE TABLE opened_mail (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE opened_mail IS
  'class: reference; an account that the person parent_id may read for a time, by approval';

CREATE TABLE enrolment (
  id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  parent_id uuid NOT NULL,
  account_id uuid,
  state text NOT NULL CHECK (state IN ('active', 'deleted')),
  version bigint NOT NULL UNIQUE,
  lookup bytea UNIQUE CHECK (octet_length(lookup) = 32),
  sealed bytea NOT NULL,
  mac bytea NOT NULL
);
COMMENT ON TABLE enrolment IS
  'class: reference; the right of the person parent_id to choose a password once, with both halves of a code';

CREATE TABLE approval_use (
  approval_id uuid PRIMARY KEY,
  used_at bigint NOT NULL,
  mac bytea NOT NULL CHECK (octet_length(mac) = 32)
);
COMMENT ON TABLE approval_use IS
  'class: reference; insert-only; an approval that was used: there is never a second row';
