-- Nodes that are to take no new connections. Draining grants nothing: no MAC.

CREATE TABLE node_drain (
  node_id text PRIMARY KEY CHECK (node_id <> ''),
  drained_at bigint NOT NULL
);
COMMENT ON TABLE node_drain IS 'class: reference; nodes that take no new connections, since when';
