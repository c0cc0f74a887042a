package org.hearth.engine.memory;

import java.util.Locale;

/// A cache and the part of the budget that it gets, in thousandths. Together they are at most the
/// whole.
public enum Share {
  /// Events of all rooms.
  ROOM_EVENTS(270),
  /// Where an event id is.
  EVENT_PLACES(50),
  STATE_NODES(110),
  /// Parts of auth graphs.
  AUTH_WINDOWS(80),
  STATE_KEYS(35),
  STATE_KEYS_BY_ORDINAL(35),
  /// Rooms that are written or read: where they stand, their newest events, and transaction ids of
  /// a moment ago.
  ACTIVE_ROOMS(95),
  /// Which transaction ids were used.
  TRANSACTION_IDS(25),
  SESSIONS(30),
  SESSION_EPOCHS(10),
  DEVICES_SEEN(15),
  /// When each room, user and device last changed.
  FRESHNESS(45),
  ROOM_LISTS(25),
  KEY_COUNTS(5),
  /// Whether messages wait for a device.
  INBOXES(5),
  PUSH_RULES(20),
  RECEIPTS(20),
  UNREAD_COUNTS(20),
  IGNORED_USERS(5),
  LAZY_MEMBERS(20),
  RATE_LIMITS(20),
  /// Pages of embedded H2.
  DATABASE_PAGES(60);

  final int thousandths;

  Share(int thousandths) {
    this.thousandths = thousandths;
  }

  /// For people and metrics.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
