-- Devices that are pushed to when something changes (RFC 8620 §7.2). Where, with which keys, for whom and on what
-- sign-in is sealed; a row that somebody inserted here makes the platform call nobody.
CREATE TABLE push_subscription (
  -- Of the person.
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  sealed bytea NOT NULL,
  expires_at bigint NOT NULL,
  version bigint NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (bucket, id)
);
CREATE INDEX push_subscription_person ON push_subscription (bucket, person_id);
COMMENT ON TABLE push_subscription IS
  'class: bucket; devices that are pushed to: the address of their push service and their keys are sealed, the row is under a MAC';

-- Which node pushes to the devices of a bucket, and until when it has said so.
CREATE TABLE push_lease (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 15),
  node_id text NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (bucket)
);
COMMENT ON TABLE push_lease IS
  'class: bucket; the node that pushes to the devices of a bucket, for seconds';

-- The key by which push services know the platform (RFC 8292): one, the same on all nodes.
CREATE TABLE vapid_key (
  id smallint PRIMARY KEY CHECK (id = 1),
  made_at bigint NOT NULL,
  sealed bytea NOT NULL
);
COMMENT ON TABLE vapid_key IS
  'class: reference; the sealed private key by which push services know the platform';
