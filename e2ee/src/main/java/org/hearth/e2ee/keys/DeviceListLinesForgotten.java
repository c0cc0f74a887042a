package org.hearth.e2ee.keys;

import java.util.List;
import org.hearth.ledger.Change;

/// Lines of the log of changed device lists that newer ones stand for.
public record DeviceListLinesForgotten(List<Long> positions) implements Change {
  public DeviceListLinesForgotten {
    positions = List.copyOf(positions);
  }
}
