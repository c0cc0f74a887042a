package org.hearth.storage.e2ee;

import java.util.List;
import org.hearth.e2ee.backup.BackupChange;
import org.hearth.e2ee.crosssigning.CrossSigningChange;
import org.hearth.e2ee.devicelists.RemoteListChange;
import org.hearth.e2ee.keys.DeviceListLinesForgotten;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.storage.Topic;

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
}
