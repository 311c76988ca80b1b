-- Messages accepted for recipients who cannot have them yet. A worker's statement picks one bucket;
-- the bucket of a message is a function of its id.

CREATE TABLE queued_message (
  bucket smallint NOT NULL CHECK (bucket >= 0),
  message_id uuid NOT NULL,
  octets bigint NOT NULL CHECK (octets >= 0),
  queued_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  envelope bytea NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (bucket, message_id)
);
-- Sealed and compressed already: PostgreSQL need not try again.
ALTER TABLE queued_message ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE queued_message IS
  'class: bucket; a message in the queue: sealed envelope and sealed content';

CREATE TABLE queued_recipient (
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  recipient integer NOT NULL CHECK (recipient >= 0),
  -- HMAC of the recipient's domain: what is fair and what can be picked, without a name.
  destination uuid NOT NULL,
  -- Whose mail it is; the nil UUID where it is nobody's.
  department_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'unrouted', 'held')),
  -- While an attempt is under way: when it is given up for lost, with its node.
  next_attempt_at bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- While an attempt is under way: since when.
  claimed_at bigint,
  is_delay_reported boolean NOT NULL DEFAULT false,
  sealed bytea NOT NULL,
  last_reply bytea,
  PRIMARY KEY (bucket, message_id, recipient),
  FOREIGN KEY (bucket, message_id) REFERENCES queued_message (bucket, message_id)
);
CREATE INDEX queued_recipient_due ON queued_recipient (bucket, next_attempt_at)
  WHERE state <> 'held';
-- A claim goes from lane to lane and takes a few of each.
CREATE INDEX queued_recipient_lane
  ON queued_recipient (bucket, destination, department_id, next_attempt_at) WHERE state <> 'held';
COMMENT ON TABLE queued_recipient IS
  'class: bucket; one sealed forward-path of a queued message, with its state and next attempt';

CREATE TABLE queue_hold (
  kind text NOT NULL CHECK (kind IN ('destination', 'department')),
  subject uuid NOT NULL,
  held_at bigint NOT NULL,
  PRIMARY KEY (kind, subject)
);
COMMENT ON TABLE queue_hold IS
  'class: reference; destinations and departments whose queued mail an operator holds back';
