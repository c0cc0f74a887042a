package org.hearth.storage.federation;

import java.util.List;
import org.hearth.engine.federation.LearnedKey;
import org.hearth.engine.federation.SenderChange;
import org.hearth.engine.federation.ServerKeysLearned;
import org.hearth.ledger.Positioned;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.Table;

/// What federation writes. Nothing of it is anybody's words: keys are public, and servers' names
/// are in clear everywhere.
public final class FederationTopic {
  static final String CURSOR_NAME = "events";
  private static final Table KEYS =
      Table.of(
          "server_key", List.of("server", "key_id"), "public_key", "valid_until_ms", "expired");
  private static final Table DOCUMENTS =
      Table.of("server_key_document", List.of("server"), "document", "fetched_ms");
  private static final Table CURSORS = Table.of("federation_cursor", List.of("name"), "position");
  private static final Table LAGGING =
      Table.of("federation_lagging", List.of("server"), "delivered", "since_ms");

  private FederationTopic() {}

  public static Topic topic() {
    return Topic.named("federation")
        .change(ServerKeysLearned.class, FederationTopic::keys)
        .change(SenderChange.class, FederationTopic::sender);
  }

  private static void keys(Positioned<ServerKeysLearned> positioned, RowSink rows) {
    ServerKeysLearned change = positioned.change();
    String server = change.server().value();
    for (LearnedKey learned : change.keys()) {
      rows.upsert(
          KEYS,
          server,
          learned.key().id(),
          learned.key().bytes(),
          learned.validUntilTs(),
          learned.expired());
    }
    rows.upsert(DOCUMENTS, server, change.document(), change.fetchedTs());
  }

  private static void sender(Positioned<SenderChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case SenderChange.CursorMoved(long position) -> rows.upsert(CURSORS, CURSOR_NAME, position);
      case SenderChange.DestinationLags(var destination, long delivered, long sinceMs) ->
          rows.upsert(LAGGING, destination.value(), delivered, sinceMs);
      case SenderChange.DestinationCaughtUp(var destination) ->
          rows.delete(LAGGING, destination.value());
    }
  }
}
