package org.hearth.e2ee.sealing;

import org.jspecify.annotations.Nullable;

/// Sealed bytes do not open: changed, swapped, sealed in another scope, or their key is destroyed.
public final class CannotOpen extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotOpen(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
