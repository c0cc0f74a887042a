package org.hearth.e2ee.todevice;

import java.util.List;
import org.hearth.e2ee.todevice.ToDeviceChange.InboxAcknowledged;
import org.hearth.e2ee.todevice.ToDeviceChange.InboxForgotten;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.UserId;

/// What waits for a device, for `/sync`.
///
/// A message has a position, and a device's token says up to which one it has seen everything: so
/// each message is answered until it is acknowledged, and never again. "The server should delete
/// messages once the client acknowledges them", which the *next* request does by its token.
public final class ToDeviceInbox {

  /// @param upTo the position for the token: of the last message, or what was asked for when there
  ///   is nothing more up to it
  /// @param more further messages wait
  public record Page(List<InboxMessage> messages, long upTo, boolean more) {}

  private final Ledger ledger;
  private final ToDeviceStore store;

  public ToDeviceInbox(Ledger ledger, ToDeviceStore store) {
    this.ledger = ledger;
    this.store = store;
  }

  /// Messages with `after < position <= upTo`, at most `limit`.
  ///
  /// With `more`, the token must hold `Page.upTo` for to-device messages, not the position of the
  /// rest of the answer.
  public Page between(UserId user, String deviceId, long after, long upTo, int limit) {
    var found = store.inbox(user, deviceId, after, limit + 1);
    var visible =
        found.stream().filter(message -> message.position() <= upTo).limit(limit).toList();
    boolean more = visible.size() == limit && found.size() > limit;
    return new Page(visible, more ? visible.getLast().position() : upTo, more);
  }

  /// Messages after a position, at most `limit`.
  public List<InboxMessage> after(UserId user, String deviceId, long position, int limit) {
    return store.inbox(user, deviceId, position, limit);
  }

  /// Whether there is any message.
  public boolean waits(UserId user, String deviceId) {
    return store.oldest(user, deviceId).isPresent();
  }

  /// The device came back with a token for this position: what is not newer may go. Does not wait;
  /// should it be lost, the token still says that the messages were seen.
  public void acknowledge(UserId user, String deviceId, long upTo) {
    var oldest = store.oldest(user, deviceId);
    if (oldest.isEmpty() || oldest.getAsLong() > upTo) return;
    var change = new InboxAcknowledged(user, deviceId, upTo);
    var _ = ledger.append(Entry.of(Lane.INTERACTIVE, List.of(change)));
  }

  /// What goes when a device goes; belongs into the entry that deletes the device.
  public static List<Change> forget(UserId user, String deviceId) {
    return List.of(new InboxForgotten(user, deviceId));
  }
}
