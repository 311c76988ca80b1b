-- Changes of many people at once, so that they can be undone. What was changed is sealed.

CREATE TABLE change_batch (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  batch_id uuid NOT NULL,
  made_at bigint NOT NULL,
  undone_at bigint,
  sealed bytea NOT NULL,
  PRIMARY KEY (bucket, batch_id)
);
CREATE INDEX change_batch_made ON change_batch (bucket, made_at);
COMMENT ON TABLE change_batch IS
  'class: bucket; imports and changes of many people at once, sealed, kept for a month to be undone';
