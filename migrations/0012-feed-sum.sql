-- The sum over all rows of a feed, sealed: a row that was put back to what it once was, or taken
-- away, verifies by itself but no longer adds up.

ALTER TABLE reference_head ADD COLUMN sealed bytea;
COMMENT ON COLUMN reference_head.sealed IS 'sum of the keyed values of all rows of the feed, bound to the version';
