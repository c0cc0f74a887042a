package org.hearth.e2ee.sealing;

import java.util.List;
import java.util.Optional;

/// Where wrapped keys are stored; implemented by storage. Answers only what is durable.
public interface WrappedKeys {

  /// The key of the highest epoch.
  Optional<WrappedKey> latest(KeyScope scope);

  Optional<WrappedKey> find(KeyScope scope, int epoch);

  /// Keys that are wrapped by an older one of the [RootKeys], in no particular order.
  List<WrappedKey> wrappedBefore(int wrapping, int limit);
}
