package org.hearth.engine;

import java.util.function.Supplier;

/// Lets a request wait without holding its turn among the running ones.
@FunctionalInterface
public interface Parking {
  <T> T parked(Supplier<T> wait);
}
