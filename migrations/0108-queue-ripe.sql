-- A claim walks only along lanes where something is due, however much waits for later; and who is more urgent
-- goes first (RFC 6710). What was there before is found by its time, as what becomes due is.

ALTER TABLE queued_recipient
  -- Its time has come, and nobody has claimed it since.
  ADD COLUMN is_due boolean NOT NULL DEFAULT false,
  -- The negative of its priority: the lower goes first.
  ADD COLUMN rank smallint NOT NULL DEFAULT 0 CHECK (rank BETWEEN -9 AND 9);

-- The release before this one works without them, and reads more for each claim.
DROP INDEX queued_recipient_due;
DROP INDEX queued_recipient_lane;
CREATE INDEX queued_recipient_lane
  ON queued_recipient (bucket, rank, destination, department_id, next_attempt_at)
  WHERE is_due AND state <> 'held';
CREATE INDEX queued_recipient_later ON queued_recipient (bucket, next_attempt_at)
  WHERE NOT is_due AND state <> 'held';
