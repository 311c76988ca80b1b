-- Long acts of administration while they run and for a month after: what, how far, how it ended. Who
-- began it, its answer and what went wrong are sealed.

CREATE TABLE task (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  task_id uuid NOT NULL,
  what text NOT NULL,
  node_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  is_cancel_wanted boolean NOT NULL DEFAULT false,
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  begun_at bigint NOT NULL,
  beat_at bigint NOT NULL,
  ended_at bigint,
  sealed bytea NOT NULL,
  PRIMARY KEY (bucket, task_id),
  CHECK ((ended_at IS NULL) = (state = 'running'))
);
COMMENT ON TABLE task IS
  'class: bucket; long acts of administration by id: progress and end; total 0: nobody knows';
