-- Nodes by name: since when each runs, when it was last heard of, and whether it is to end. Anybody who
-- writes here can stop a node, as he could by taking its database away; nothing is granted: no MAC.

CREATE TABLE node (
  node_id text PRIMARY KEY CHECK (node_id <> ''),
  version text NOT NULL,
  started_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  stop_asked_at bigint
);
COMMENT ON TABLE node IS
  'class: reference; nodes, when each was last heard of, and when it was asked to end';
