package org.hearth.storage.check;

import java.util.ArrayList;
import java.util.List;

/// What rows of different tables say of each other. There are no foreign keys, since writes on
/// different tables are grouped without regard to their order; so this is where the promises are
/// written down. While a purge goes on it has taken some of the rows that belong together and not
/// the others yet, so what it still has to take breaks no rule.
final class Orphans {

  /// @param sql names what breaks the rule, one row each
  record Rule(String what, boolean severe, String sql) {}

  /// Takes out rows `t` of a room that is being purged, by the room's number and by its ID.
  private static final String NOT_GOING =
      " AND NOT EXISTS (SELECT 1 FROM room_purge p WHERE p.room = t.room AND p.ended_ms = 0)";

  private static final String ID_NOT_GOING =
      " AND NOT EXISTS (SELECT 1 FROM room_purge p WHERE p.room_id = t.room_id AND p.ended_ms = 0)";

  static final List<Rule> RULES = rules();

  private Orphans() {}

  private static List<Rule> rules() {
    var rules = new ArrayList<Rule>();
    for (var table :
        List.of(
            "room_event",
            "room_key",
            "room_node",
            "room_member",
            "room_server",
            "room_outgoing",
            "room_relation",
            "room_redaction",
            "room_gap",
            "room_sent",
            "room_transaction",
            "event_expiry"))
      rules.add(
          new Rule(
              "rows of " + table + " whose room does not exist",
              true,
              "SELECT DISTINCT t.room FROM "
                  + table
                  + " t WHERE NOT EXISTS (SELECT 1 FROM room r WHERE r.number = t.room)"
                  + NOT_GOING));
    for (var table :
        List.of("room_outgoing", "room_relation", "room_redaction", "room_gap", "event_expiry"))
      rules.add(
          new Rule(
              "rows of " + table + " whose event does not exist",
              true,
              "SELECT t.ordinal FROM "
                  + table
                  + " t WHERE NOT EXISTS (SELECT 1 FROM room_event e WHERE e.room = t.room AND e.ordinal = t.ordinal)"
                  + NOT_GOING));
    rules.addAll(ofAccounts());
    rules.add(
        new Rule(
            "aliases of rooms that do not exist",
            true,
            "SELECT t.alias FROM room_alias t WHERE NOT EXISTS (SELECT 1 FROM room r WHERE r.room_id = t.room_id)"
                + ID_NOT_GOING));
    rules.add(
        new Rule(
            "published rooms that do not exist",
            true,
            "SELECT t.room_id FROM published_room t WHERE NOT EXISTS (SELECT 1 FROM room r WHERE r.room_id = t.room_id)"
                + ID_NOT_GOING));
    rules.add(
        new Rule(
            "events that wait for a key and are not staged",
            false,
            "SELECT t.event_id FROM room_awaited_key t WHERE NOT EXISTS (SELECT 1 FROM room_staged s"
                + " WHERE s.room_id = t.room_id AND s.event_id = t.event_id)"
                + ID_NOT_GOING));
    return List.copyOf(rules);
  }

  private static List<Rule> ofAccounts() {
    var rules = new ArrayList<Rule>();
    for (var table : List.of("access_token", "refresh_token"))
      rules.add(
          new Rule(
              "rows of " + table + " whose device does not exist",
              true,
              "SELECT t.user_id FROM "
                  + table
                  + " t WHERE NOT EXISTS (SELECT 1 FROM device d WHERE d.user_id = t.user_id AND d.device_id = t.device_id)"));
    for (var table : List.of("device", "account_data", "user_filter", "pusher", "backup_version"))
      rules.add(
          new Rule(
              "rows of " + table + " whose account does not exist",
              true,
              "SELECT DISTINCT t.user_id FROM "
                  + table
                  + " t WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.user_id = t.user_id)"));
    rules.add(
        new Rule(
            "keys of rooms in backups that do not exist",
            true,
            "SELECT DISTINCT t.user_id FROM backup_key t WHERE NOT EXISTS (SELECT 1 FROM backup_version v"
                + " WHERE v.user_id = t.user_id AND v.version = t.version)"));
    for (var table : List.of("one_time_key", "fallback_key", "to_device_inbox"))
      rules.add(
          new Rule(
              "rows of " + table + " whose device does not exist",
              false,
              "SELECT DISTINCT t.user_id FROM "
                  + table
                  + " t WHERE NOT EXISTS (SELECT 1 FROM device d WHERE d.user_id = t.user_id AND d.device_id = t.device_id)"));
    return rules;
  }
}
