package org.hearth.storage.presence;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.presence.PresenceChange;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// The rows of presence.
public final class PresenceTopic {
  private static final Table PRESENCE =
      Table.of("presence", List.of("user_id"), "state", "status_msg", "active_ms");

  /// Of an account that ends.
  public static final RowWrite DELETE = PRESENCE.deleteBy("user_id");

  private PresenceTopic() {}

  /// What binds a sealed status to its row.
  static byte[] place(UserId userId) {
    return (userId + "|presence status").getBytes(StandardCharsets.UTF_8);
  }

  public static Topic topic(Sealing sealing) {
    return Topic.named("presence")
        .change(
            PresenceChange.class,
            (positioned, rows) -> {
              var noted = positioned.change().noted();
              var user = noted.userId();
              var status = noted.statusMsg();
              rows.upsert(
                  PRESENCE,
                  user.value(),
                  noted.state().text(),
                  status == null
                      ? null
                      : sealing.seal(
                          KeyScope.account(user),
                          place(user),
                          status.getBytes(StandardCharsets.UTF_8)),
                  noted.activeMs());
            });
  }

  /// What is sealed of presence.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        SealedColumn.of(
            "presence",
            "status_msg",
            row -> KeyScope.account(UserId.parse(row.get(0))),
            row -> row.get(0) + "|presence status",
            "user_id"));
  }
}
