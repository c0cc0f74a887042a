-- Where a room stands is told by its last live event, instead of by a row of its own that every event changes.
-- null: the event was the only head.
ALTER TABLE room_event ADD COLUMN heads ${bytes};
UPDATE room_event SET heads = (SELECT h.heads FROM room_head h WHERE h.room = room_event.room)
  WHERE position > 0 AND (room, position) IN (SELECT e.room, MAX(e.position) FROM room_event e WHERE e.position > 0 GROUP BY e.room);
DROP TABLE room_head;

-- Transaction ids by a number (TransactionKey): 12 bytes instead of three texts, in the order of time.
-- room_transaction stays for a day, for those that were used before.
CREATE TABLE room_sent (
  id BIGINT NOT NULL PRIMARY KEY,
  room BIGINT NOT NULL,
  ordinal INTEGER NOT NULL
);
