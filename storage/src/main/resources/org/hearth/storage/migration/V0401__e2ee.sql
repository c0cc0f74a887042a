-- Identity keys of devices, local and cached remote ones; sealed, since remote ones come with a name.
CREATE TABLE device_keys (
  user_id ${text} NOT NULL, device_id ${text} NOT NULL, keys_json ${bytes} NOT NULL,
  PRIMARY KEY (user_id, device_id)
);

-- Handed out keys keep their row for a while, so that they are not taken a second time.
CREATE TABLE one_time_key (
  user_id ${text} NOT NULL, device_id ${text} NOT NULL, algorithm ${text} NOT NULL, key_id ${text} NOT NULL,
  added_at BIGINT NOT NULL, ordinal INTEGER NOT NULL, claimed BOOLEAN NOT NULL, key_json ${bytes} NOT NULL,
  PRIMARY KEY (user_id, device_id, algorithm, key_id)
);
CREATE INDEX one_time_key_order ON one_time_key (user_id, device_id, claimed, algorithm, added_at, ordinal);

CREATE TABLE fallback_key (
  user_id ${text} NOT NULL, device_id ${text} NOT NULL, algorithm ${text} NOT NULL, key_id ${text} NOT NULL,
  used BOOLEAN NOT NULL, key_json ${bytes} NOT NULL,
  PRIMARY KEY (user_id, device_id, algorithm)
);

-- device_id is null when cross-signing keys changed; visible_to is null when everybody may notice.
CREATE TABLE device_list_log (
  position BIGINT NOT NULL, user_id ${text} NOT NULL, device_id ${text}, visible_to ${text},
  PRIMARY KEY (position)
);
CREATE INDEX device_list_log_user ON device_list_log (user_id, position);

CREATE TABLE cross_signing_key (
  user_id ${text} NOT NULL, key_usage ${text} NOT NULL, key_json ${bytes} NOT NULL,
  PRIMARY KEY (user_id, key_usage)
);

CREATE TABLE key_signature (
  target ${text} NOT NULL, item ${text} NOT NULL, signer ${text} NOT NULL, signer_key_id ${text} NOT NULL,
  signature ${text} NOT NULL,
  PRIMARY KEY (target, item, signer, signer_key_id)
);

-- -1 for what never happened.
CREATE TABLE remote_device_list (
  user_id ${text} NOT NULL, stream_id BIGINT NOT NULL, fetched_at BIGINT NOT NULL, stale_at BIGINT NOT NULL,
  PRIMARY KEY (user_id)
);

-- Sender, type and content are sealed together.
CREATE TABLE to_device_inbox (
  user_id ${text} NOT NULL, device_id ${text} NOT NULL, position BIGINT NOT NULL, message ${bytes} NOT NULL,
  PRIMARY KEY (user_id, device_id, position)
);

CREATE TABLE to_device_transaction (
  user_id ${text} NOT NULL, device_id ${text} NOT NULL, transaction_id ${text} NOT NULL, done_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id, device_id, transaction_id)
);
CREATE INDEX to_device_transaction_age ON to_device_transaction (done_ms);

CREATE TABLE to_device_seen (
  origin ${text} NOT NULL, message_id ${text} NOT NULL, seen_ms BIGINT NOT NULL,
  PRIMARY KEY (origin, message_id)
);
CREATE INDEX to_device_seen_age ON to_device_seen (seen_ms);

-- Type and content are sealed together.
CREATE TABLE outgoing_edu (
  destination ${text} NOT NULL, position BIGINT NOT NULL, edu ${bytes} NOT NULL,
  PRIMARY KEY (destination, position)
);

CREATE TABLE e2ee_cursor (
  name ${text} NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE backup_version (
  user_id ${text} NOT NULL, version BIGINT NOT NULL, algorithm ${text} NOT NULL, auth_data ${bytes} NOT NULL,
  etag BIGINT NOT NULL, key_count BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
  PRIMARY KEY (user_id, version)
);

CREATE TABLE backup_key (
  user_id ${text} NOT NULL, version BIGINT NOT NULL, room_id ${text} NOT NULL, session_id ${text} NOT NULL,
  first_message_index BIGINT NOT NULL, forwarded_count BIGINT NOT NULL, is_verified BOOLEAN NOT NULL,
  session_data ${bytes} NOT NULL,
  PRIMARY KEY (user_id, version, room_id, session_id)
);
