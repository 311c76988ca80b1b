-- What the policy set aside, for whom, and what has become of it. The message itself waits in the queue, held.

CREATE TABLE held_copy (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  -- Of the queued message; each held copy has one of its own.
  message_id uuid NOT NULL,
  account_id uuid NOT NULL,
  held_at bigint NOT NULL,
  facts bytea NOT NULL,
  -- Its owner asks for it: when, and sealed who.
  requested_at bigint,
  request bytea,
  -- It will not come; kept until its owner was told.
  ended text CHECK (ended IN ('refused', 'expired')),
  is_told boolean NOT NULL DEFAULT false,
  PRIMARY KEY (bucket, message_id)
);
CREATE INDEX held_copy_account ON held_copy (account_id, held_at);
CREATE INDEX held_copy_age ON held_copy (held_at) WHERE ended IS NULL;
CREATE INDEX held_copy_requested ON held_copy (requested_at)
  WHERE requested_at IS NOT NULL AND ended IS NULL;
CREATE INDEX held_copy_untold ON held_copy (account_id) WHERE NOT is_told OR ended IS NOT NULL;
COMMENT ON TABLE held_copy IS
  'class: bucket; a copy that the policy set aside: sealed facts, and who asked for it, sealed';

CREATE TABLE held_digest (
  account_id uuid PRIMARY KEY,
  told_at bigint NOT NULL
);
COMMENT ON TABLE held_digest IS
  'class: account; when an owner was last told what was set aside for him';
