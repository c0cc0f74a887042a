package org.hearth.storage.e2ee;

import java.util.List;
import org.hearth.e2ee.backup.BackupChange;
import org.hearth.e2ee.crosssigning.CrossSigningChange;
import org.hearth.e2ee.devicelists.RemoteListChange;
import org.hearth.e2ee.keys.DeviceListLinesForgotten;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;

/// What end-to-end encryption writes.
public final class E2eeTopics {
  private E2eeTopics() {}

  public static List<Topic> all(Sealing sealing) {
    var sealed = new Sealed(sealing);
    return List.of(
        Topic.named("keys")
            .change(KeyChange.class, new KeyRows(sealed))
            .change(
                DeviceListLinesForgotten.class,
                (forgotten, rows) -> {
                  for (long position : forgotten.change().positions())
                    rows.delete(E2eeTables.LOG, position);
                })
            .change(CrossSigningChange.class, new CrossSigningRows())
            .change(RemoteListChange.class, new RemoteListRows(sealed)),
        Topic.named("to-device").change(ToDeviceChange.class, new ToDeviceRows(sealed)),
        Topic.named("backups").change(BackupChange.class, new BackupRows(sealed)));
  }

  /// What is sealed of end-to-end encryption.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        SealedColumn.of(
            "device_keys",
            "keys_json",
            _ -> KeyScope.server(),
            row -> Sealed.deviceKeys(row.get(0), row.get(1)),
            "user_id",
            "device_id"),
        SealedColumn.of(
            "to_device_inbox",
            "message",
            row -> KeyScope.account(UserId.parse(row.get(0))),
            row -> Sealed.inbox(row.get(0), row.get(1), Long.parseLong(row.get(2))),
            "user_id",
            "device_id",
            "position"),
        SealedColumn.of(
            "outgoing_edu",
            "edu",
            _ -> KeyScope.server(),
            row -> Sealed.queue(row.get(0), Long.parseLong(row.get(1))),
            "destination",
            "position"),
        SealedColumn.of(
            "backup_key",
            "session_data",
            row -> KeyScope.account(UserId.parse(row.get(0))),
            row -> Sealed.backup(row.get(0), Long.parseLong(row.get(1)), row.get(2), row.get(3)),
            "user_id",
            "version",
            "room_id",
            "session_id"));
  }
}
