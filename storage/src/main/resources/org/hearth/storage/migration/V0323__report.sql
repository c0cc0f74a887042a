-- What users reported and no administrator has closed. reason is sealed.
CREATE TABLE report (
  number BIGINT NOT NULL,
  reporter ${text} NOT NULL,
  room_id ${text},
  event_id ${text},
  user_id ${text},
  reason ${bytes},
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (number)
);
CREATE INDEX report_by_reporter ON report (reporter);
