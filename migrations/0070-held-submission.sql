-- Mail that leaves later: RFC 8621 §7 with HOLDFOR and HOLDUNTIL (RFC 4865).

ALTER TABLE submission ADD COLUMN state text NOT NULL DEFAULT 'final'
  CHECK (state IN ('pending', 'final', 'canceled'));

-- No cascade from the message: while it waits to be sent no path can delete it.
CREATE TABLE submission_held (
  account_id uuid NOT NULL,
  submission_id uuid NOT NULL,
  message_id uuid NOT NULL,
  due_at bigint NOT NULL,
  -- A node is at it until then.
  claimed_until bigint NOT NULL DEFAULT 0,
  -- Who sends it to whom, as it was asked.
  sending bytea NOT NULL,
  PRIMARY KEY (account_id, submission_id),
  FOREIGN KEY (account_id, submission_id) REFERENCES submission,
  FOREIGN KEY (account_id, message_id) REFERENCES message
);
CREATE INDEX submission_held_due ON submission_held (due_at);
CREATE INDEX submission_held_message ON submission_held (account_id, message_id);
COMMENT ON TABLE submission_held IS
  'class: account; messages that wait for their time to be sent, their senders and recipients sealed';

-- Null: where its role puts it.
ALTER TABLE mailbox ADD COLUMN sort_order bigint;
