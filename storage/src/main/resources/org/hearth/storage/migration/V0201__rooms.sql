-- Rooms. Everything about a room hangs on its number; events, state keys and state nodes have numbers of their own in it.
CREATE TABLE room (
  number BIGINT NOT NULL PRIMARY KEY,
  room_id ${text} NOT NULL,
  version ${text} NOT NULL
);
CREATE UNIQUE INDEX room_by_id ON room (room_id);

-- Where each room stands; heads are event ordinals.
CREATE TABLE room_head (
  room BIGINT NOT NULL PRIMARY KEY,
  heads ${bytes} NOT NULL,
  root BIGINT NOT NULL,
  position BIGINT NOT NULL
);

-- position is 0 for what has no place in the stream. clear is what redaction keeps, sealed the rest.
CREATE TABLE room_event (
  room BIGINT NOT NULL,
  ordinal INTEGER NOT NULL,
  event_id ${text} NOT NULL,
  position BIGINT NOT NULL,
  standing INTEGER NOT NULL,
  rejected_for ${text},
  depth BIGINT NOT NULL,
  origin_ms BIGINT NOT NULL,
  state_before BIGINT NOT NULL,
  state_after BIGINT NOT NULL,
  room_state BIGINT NOT NULL,
  auth ${bytes} NOT NULL,
  redacted_by INTEGER NOT NULL,
  device_id ${text},
  transaction_id ${text},
  clear ${bytes} NOT NULL,
  sealed ${bytes},
  PRIMARY KEY (room, ordinal)
);
CREATE UNIQUE INDEX room_event_by_id ON room_event (event_id);
CREATE INDEX room_event_by_position ON room_event (room, position);
CREATE INDEX room_event_by_depth ON room_event (room, depth, ordinal);
CREATE INDEX room_event_by_time ON room_event (room, origin_ms, ordinal);

-- name is type, 0xff, state key, in UTF-8.
CREATE TABLE room_key (
  room BIGINT NOT NULL,
  ordinal INTEGER NOT NULL,
  name ${bytes} NOT NULL,
  PRIMARY KEY (room, ordinal)
);
CREATE UNIQUE INDEX room_key_by_name ON room_key (room, name);

CREATE TABLE room_node (
  room BIGINT NOT NULL,
  id BIGINT NOT NULL,
  node ${bytes} NOT NULL,
  PRIMARY KEY (room, id)
);

-- Current members of rooms that this server is in.
CREATE TABLE room_member (
  room BIGINT NOT NULL,
  user_id ${text} NOT NULL,
  membership ${text} NOT NULL,
  server ${text} NOT NULL,
  PRIMARY KEY (room, user_id)
);
CREATE INDEX room_member_by_user ON room_member (user_id, membership, room);
CREATE INDEX room_member_by_server ON room_member (room, membership, server);

-- Rooms of local users, also rooms that this server is not in. stripped is sealed.
CREATE TABLE user_room (
  user_id ${text} NOT NULL,
  room_id ${text} NOT NULL,
  membership ${text} NOT NULL,
  event_id ${text} NOT NULL,
  sender ${text} NOT NULL,
  position BIGINT NOT NULL,
  forgotten BOOLEAN NOT NULL,
  stripped ${bytes},
  PRIMARY KEY (user_id, room_id)
);

CREATE TABLE user_room_change (
  user_id ${text} NOT NULL,
  position BIGINT NOT NULL,
  room_id ${text} NOT NULL,
  membership ${text} NOT NULL,
  event_id ${text} NOT NULL,
  sender ${text} NOT NULL,
  PRIMARY KEY (user_id, position)
);
CREATE INDEX user_room_change_by_room ON user_room_change (user_id, room_id, position);

-- From when until when a server had joined members; until is 2^63 - 1 while it has.
CREATE TABLE room_server (
  room BIGINT NOT NULL,
  server ${text} NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (room, server, since)
);
CREATE INDEX room_server_by_server ON room_server (server, room);

-- Events that other servers must be told.
CREATE TABLE room_outgoing (
  position BIGINT NOT NULL PRIMARY KEY,
  room BIGINT NOT NULL,
  ordinal INTEGER NOT NULL
);
CREATE INDEX room_outgoing_by_room ON room_outgoing (room, position);

CREATE TABLE room_transaction (
  user_id ${text} NOT NULL,
  device_id ${text} NOT NULL,
  transaction_id ${text} NOT NULL,
  room BIGINT NOT NULL,
  event_id ${text} NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id, device_id, transaction_id, room)
);
CREATE INDEX room_transaction_by_time ON room_transaction (at_ms);

CREATE TABLE room_relation (
  room BIGINT NOT NULL,
  target ${text} NOT NULL,
  ordinal INTEGER NOT NULL,
  rel_type ${bytes} NOT NULL,
  PRIMARY KEY (room, target, ordinal)
);

CREATE TABLE room_redaction (
  room BIGINT NOT NULL,
  target ${text} NOT NULL,
  ordinal INTEGER NOT NULL,
  PRIMARY KEY (room, target, ordinal)
);

-- Previous events that are not known, by the event that names them.
CREATE TABLE room_gap (
  room BIGINT NOT NULL,
  event_id ${text} NOT NULL,
  ordinal INTEGER NOT NULL,
  depth BIGINT NOT NULL,
  PRIMARY KEY (room, event_id, ordinal)
);
CREATE INDEX room_gap_by_depth ON room_gap (room, depth);

-- Other servers' events that are not worked in yet. pdu is sealed.
CREATE TABLE room_staged (
  room_id ${text} NOT NULL,
  event_id ${text} NOT NULL,
  position BIGINT NOT NULL,
  origin ${text} NOT NULL,
  received_ms BIGINT NOT NULL,
  pdu ${bytes} NOT NULL,
  PRIMARY KEY (room_id, event_id)
);
CREATE INDEX room_staged_by_position ON room_staged (room_id, position);

CREATE TABLE inbound_transaction (
  origin ${text} NOT NULL,
  transaction_id ${text} NOT NULL,
  answer ${bytes} NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (origin, transaction_id)
);
CREATE INDEX inbound_transaction_by_time ON inbound_transaction (at_ms);
