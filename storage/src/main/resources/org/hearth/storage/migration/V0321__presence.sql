-- What of the presence of local users must last. status_msg is sealed.
CREATE TABLE presence (
  user_id ${text} NOT NULL,
  state ${text} NOT NULL,
  status_msg ${bytes},
  active_ms BIGINT NOT NULL,
  PRIMARY KEY (user_id)
);
