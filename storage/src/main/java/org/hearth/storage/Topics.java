package org.hearth.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.storage.account.AccountTopic;
import org.hearth.storage.account.StoredAccounts;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.directory.DirectoryTopic;
import org.hearth.storage.directory.StoredDirectory;
import org.hearth.storage.e2ee.E2eeTopics;
import org.hearth.storage.federation.FederationTopic;
import org.hearth.storage.media.MediaTopic;
import org.hearth.storage.presence.PresenceTopic;
import org.hearth.storage.receipt.ReceiptTopic;
import org.hearth.storage.report.ReportTopic;
import org.hearth.storage.room.PurgeTopic;
import org.hearth.storage.room.RoomTopic;
import org.hearth.storage.sealing.NewSealingKeys;
import org.hearth.storage.sealing.SealingTopic;

/// Every topic, in one place: a new one adds a line to each list.
final class Topics {
  private Topics() {}

  /// Classes that Hibernate reads.
  static List<Class<?>> entities() {
    return Stream.of(StoredAccounts.entities(), StoredDirectory.entities())
        .flatMap(List::stream)
        .toList();
  }

  /// What the ledger's writer knows how to store.
  static List<Topic> all(Sealing sealing, NewSealingKeys keys) {
    var all = new ArrayList<Topic>();
    all.add(SealingTopic.topic(keys));
    all.add(RoomTopic.topic(sealing));
    all.add(PurgeTopic.topic());
    all.add(DirectoryTopic.topic());
    all.add(AccountTopic.topic(sealing));
    all.add(ReceiptTopic.topic());
    all.add(PresenceTopic.topic(sealing));
    all.add(ReportTopic.topic(sealing));
    all.add(MediaTopic.topic(sealing));
    all.add(FederationTopic.topic());
    all.addAll(E2eeTopics.all(sealing));
    return List.copyOf(all);
  }

  /// Every column that holds sealed bytes.
  static List<SealedColumn> sealedColumns() {
    return Stream.of(
            RoomTopic.sealedColumns(),
            AccountTopic.sealedColumns(),
            MediaTopic.sealedColumns(),
            PresenceTopic.sealedColumns(),
            ReportTopic.sealedColumns(),
            E2eeTopics.sealedColumns())
        .flatMap(List::stream)
        .toList();
  }
}
