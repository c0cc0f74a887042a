package org.hearth.e2ee.todevice;

import java.util.List;
import java.util.SortedSet;
import org.hearth.e2ee.todevice.ToDeviceChange.EdusDelivered;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;

/// The durable queue of EDUs that must not be lost: send-to-device messages and device list
/// changes. Federation's sender drains it, destination by destination: it takes a page, sends it in
/// a transaction, and says what was delivered.
///
/// New EDUs show in the ledger's batches as [ToDeviceChange.EduQueued]; at start, ask
/// [#destinations].
public final class OutgoingEdus {
  private final Ledger ledger;
  private final ToDeviceStore store;

  public OutgoingEdus(Ledger ledger, ToDeviceStore store) {
    this.ledger = ledger;
    this.store = store;
  }

  public SortedSet<ServerName> destinations() {
    return store.destinations();
  }

  /// The first EDUs of a queue after a position, in the order in which they must be sent.
  public List<QueuedEdu> after(ServerName destination, long position, int limit) {
    return store.queue(destination, position, limit);
  }

  /// The destination has answered for everything up to this position. Returns when that is durable.
  public void delivered(ServerName destination, long upTo) {
    ledger.write(Entry.of(Lane.FEDERATION, List.of(new EdusDelivered(destination, upTo))));
  }
}
