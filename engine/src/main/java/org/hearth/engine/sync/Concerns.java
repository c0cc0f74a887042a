package org.hearth.engine.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.engine.membership.ForgetRoom;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.userdata.UserDataChange;
import org.hearth.ledger.Change;

/// Which topics a change concerns. A change that is missing here never wakes anybody, and /sync
/// finds it only by chance.
public final class Concerns {
  private static final List<Topic> DEVICE_LISTS = List.of(new Topic.DeviceLists());

  private Concerns() {}

  public static Collection<Topic> of(Change change) {
    return switch (change) {
      case RoomChange room -> ofRoom(room);
      case ReceiptSet set -> List.of(new Topic.Receipts(set.receipt().roomId()));
      case UserDataChange.AccountDataSet set -> List.of(new Topic.User(set.userId()));
      case ForgetRoom forget -> List.of(new Topic.User(forget.userId()));
      case ToDeviceChange.MessageArrived message ->
          List.of(new Topic.Device(message.recipient(), message.deviceId()));
      case KeyChange keys -> ofKeys(keys);
      default -> List.of();
    };
  }

  private static Collection<Topic> ofRoom(RoomChange change) {
    return switch (change) {
      case RoomChange.AppendEvent append -> {
        var topics = new ArrayList<Topic>();
        topics.add(new Topic.Events(append.event().event().roomId()));
        for (var membership : append.occupancy().memberships()) {
          if (membership.local()) topics.add(new Topic.User(membership.user()));
        }
        yield topics;
      }
      case RoomChange.SetRemoteMembership set -> List.of(new Topic.User(set.user()));
      default -> List.of();
    };
  }

  private static Collection<Topic> ofKeys(KeyChange change) {
    return switch (change) {
      case KeyChange.OneTimeKeysAdded keys ->
          List.of(new Topic.Device(keys.user(), keys.deviceId()));
      case KeyChange.OneTimeKeyClaimed key -> List.of(new Topic.Device(key.user(), key.deviceId()));
      case KeyChange.FallbackKeyStored key -> List.of(new Topic.Device(key.user(), key.deviceId()));
      case KeyChange.FallbackKeyUsed key -> List.of(new Topic.Device(key.user(), key.deviceId()));
      case KeyChange.IdentityReplaced device ->
          List.of(new Topic.Device(device.user(), device.deviceId()));
      case KeyChange.DeviceListChanged _ -> DEVICE_LISTS;
      default -> List.of();
    };
  }
}
