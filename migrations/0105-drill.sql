-- Drills: a backup was brought back into a database of its own, verified and measured. What was found is
-- sealed, so that nobody who writes to the database makes a good drill of a bad one.

CREATE TABLE drill (
  drill_id uuid PRIMARY KEY,
  node_id text NOT NULL CHECK (node_id <> ''),
  begun_at bigint NOT NULL,
  sealed bytea NOT NULL
);
COMMENT ON TABLE drill IS
  'class: reference; drills of restoration by id, what each measured and found, sealed';
